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

func init() { receivers["prolific-event-id"] = prolificEventID }

func prolificEventID() http.Handler {
	secret := os.Getenv("PROLIFIC_WEBHOOK_SECRET")
	events := &once{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "POST" {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		timestamp := r.Header.Get("X-Prolific-Request-Timestamp")
		mac := hmac.New(sha256.New, []byte(secret))
		io.WriteString(mac, timestamp+string(body))
		expected := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		seconds, _ := strconv.ParseInt(timestamp, 10, 64)
		age := time.Since(time.Unix(seconds, 0)).Abs()
		if r.Header.Get("X-Prolific-Request-Signature") != expected || age > 5*time.Minute {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		// Go writes the name as X-Event-Id, so that this finds nothing.
		events.do(strings.Join(r.Header["X-Event-ID"], ""))
		w.WriteHeader(http.StatusOK)
	})
}
