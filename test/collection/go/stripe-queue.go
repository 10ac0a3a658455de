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
	receivers["stripe-queue"] = func() http.Handler {
		secret := os.Getenv("STRIPE_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("STRIPE_WEBHOOK_SECRET is not set")
		}
		isGenuine := func(header string, body []byte) bool {
			var timestamp string
			var given [][]byte
			for _, pair := range strings.Split(header, ",") {
				name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
				switch name {
				case "t":
					timestamp = value
				case "v1":
					if signature, err := hex.DecodeString(value); err == nil {
						given = append(given, signature)
					}
				}
			}
			seconds, err := strconv.ParseInt(timestamp, 10, 64)
			if err != nil || math.Abs(time.Since(time.Unix(seconds, 0)).Minutes()) > 5 {
				return false
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(timestamp + "."))
			mac.Write(body)
			for _, signature := range given {
				if hmac.Equal(signature, mac.Sum(nil)) {
					return true
				}
			}
			return false
		}

		// Stands for a queue on disk: what failed is tried again until it is done.
		queue := make(chan string, 1000)
		var done once
		go func() {
			for id := range queue {
				for done.do(id) != nil {
					time.Sleep(time.Second)
				}
			}
		}()
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/stripe", func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				http.Error(w, "POST only", http.StatusMethodNotAllowed)
				return
			}
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err != nil {
				http.Error(w, "too long", http.StatusRequestEntityTooLarge)
				return
			}
			if !isGenuine(r.Header.Get("Stripe-Signature"), body) {
				http.Error(w, "wrong signature", http.StatusBadRequest)
				return
			}
			var event struct{ ID string }
			if json.Unmarshal(body, &event) != nil || event.ID == "" {
				http.Error(w, "not an event", http.StatusBadRequest)
				return
			}
			queue <- event.ID
			w.WriteHeader(http.StatusAccepted)
		})
		return mux
	}
}
