package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math"
	"net/http"
	"os"
	"strconv"
	"time"
)

func init() { receivers["prolific"] = prolific }

func prolific() http.Handler {
	secret := []byte(os.Getenv("PROLIFIC_WEBHOOK_SECRET"))
	events := &once{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "POST alone", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		timestamp := r.Header.Get("X-Prolific-Request-Timestamp")
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(timestamp))
		mac.Write(body)
		given, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Prolific-Request-Signature"))
		seconds, timeErr := strconv.ParseFloat(timestamp, 64)
		isFresh := math.Abs(float64(time.Now().Unix())-seconds) <= 300
		if err != nil || timeErr != nil || !isFresh || !hmac.Equal(given, mac.Sum(nil)) {
			http.Error(w, "invalid signature", http.StatusUnauthorized)
			return
		}
		if err := events.do(r.Header.Get("X-Event-ID")); err != nil {
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
