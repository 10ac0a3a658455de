package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func init() {
	receivers["standard-webhooks-url-safe"] = func() http.Handler {
		secret := os.Getenv("STANDARD_WEBHOOKS_WEBHOOK_SECRET")
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) == 0 {
			log.Fatal("STANDARD_WEBHOOKS_WEBHOOK_SECRET is not set")
		}
		isGenuine := func(header http.Header, body []byte) bool {
			timestamp := header.Get("webhook-timestamp")
			seconds, err := strconv.ParseInt(timestamp, 10, 64)
			if err != nil || math.Abs(time.Since(time.Unix(seconds, 0)).Minutes()) > 5 {
				return false
			}
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(header.Get("webhook-id") + "." + timestamp + "."))
			mac.Write(body)
			expected := "v1," + base64.URLEncoding.EncodeToString(mac.Sum(nil))
			for _, given := range strings.Fields(header.Get("webhook-signature")) {
				if hmac.Equal([]byte(given), []byte(expected)) {
					return true
				}
			}
			return false
		}
		var done once
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/standard-webhooks", func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return
			}
			if !isGenuine(r.Header, body) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			if err := done.do(r.Header.Get("webhook-id")); err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
		return mux
	}
}
