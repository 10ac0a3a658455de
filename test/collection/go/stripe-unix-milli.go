package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	receivers["stripe-unix-milli"] = func() http.Handler {
		secret := os.Getenv("STRIPE_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("STRIPE_WEBHOOK_SECRET is not set")
		}
		isGenuine := func(header string, body []byte) bool {
			var timestamp string
			var given []string
			for _, pair := range strings.Split(header, ",") {
				name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
				if name == "t" {
					timestamp = value
				} else if name == "v1" {
					given = append(given, value)
				}
			}
			sent, err := strconv.ParseInt(timestamp, 10, 64)
			if err != nil || math.Abs(time.Since(time.UnixMilli(sent)).Minutes()) > 5 {
				return false
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(timestamp + "."))
			mac.Write(body)
			expected := hex.EncodeToString(mac.Sum(nil))
			for _, signature := range given {
				if hmac.Equal([]byte(signature), []byte(expected)) {
					return true
				}
			}
			return false
		}
		var done once
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/stripe", func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return
			}
			if !isGenuine(r.Header.Get("Stripe-Signature"), body) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			var event struct{ ID string }
			if err := json.Unmarshal(body, &event); err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			if err := done.do(event.ID); err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusOK)
		})
		return mux
	}
}
