package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func init() { receivers["standard-webhooks"] = standardWebhooks }

func standardWebhooks() http.Handler {
	secret := os.Getenv("STANDARD_WEBHOOKS_WEBHOOK_SECRET")
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		panic(err)
	}
	events := &once{}
	isGenuine := func(r *http.Request, body []byte) bool {
		id, timestamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
		seconds, err := strconv.ParseInt(timestamp, 10, 64)
		age := time.Since(time.Unix(seconds, 0))
		if err != nil || age > 5*time.Minute || age < -5*time.Minute {
			return false
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "." + string(body)))
		expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, given := range strings.Fields(r.Header.Get("webhook-signature")) {
			if hmac.Equal([]byte(given), []byte(expected)) {
				return true
			}
		}
		return false
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/webhooks/standard-webhooks", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !isGenuine(r, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if events.do(r.Header.Get("webhook-id")) != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	return mux
}
