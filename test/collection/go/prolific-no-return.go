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
	"time"
)

func init() {
	receivers["prolific-no-return"] = func() http.Handler {
		secret := os.Getenv("PROLIFIC_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("PROLIFIC_WEBHOOK_SECRET is not set")
		}
		isGenuine := func(r *http.Request, body []byte) bool {
			timestamp := r.Header.Get("X-Prolific-Request-Timestamp")
			seconds, err := strconv.ParseInt(timestamp, 10, 64)
			if err != nil || math.Abs(time.Since(time.Unix(seconds, 0)).Minutes()) > 5 {
				return false
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(timestamp))
			mac.Write(body)
			given, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Prolific-Request-Signature"))
			return err == nil && hmac.Equal(given, mac.Sum(nil))
		}
		var done once
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/prolific", func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err != nil {
				http.Error(w, "too long", http.StatusRequestEntityTooLarge)
				return
			}
			if !isGenuine(r, body) {
				http.Error(w, "wrong signature", http.StatusUnauthorized)
			}
			if err := done.do(r.Header.Get("X-Event-ID")); err != nil {
				http.Error(w, "try again", http.StatusInternalServerError)
				return
			}
			w.Write([]byte("ok"))
		})
		return mux
	}
}
