package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func init() {
	receivers["spritz-read-twice"] = func() http.Handler {
		secret := os.Getenv("SPRITZ_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("SPRITZ_WEBHOOK_SECRET is not set")
		}
		var done once
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/spritz", func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
			var event struct {
				EventID   string `json:"eventId"`
				EventName string `json:"eventName"`
				ID        string `json:"id"`
			}
			if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
				http.Error(w, "not JSON", http.StatusBadRequest)
				return
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(w, "cannot read", http.StatusBadRequest)
				return
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(body)
			given, err := hex.DecodeString(r.Header.Get("Signature"))
			if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
				http.Error(w, "wrong signature", http.StatusUnauthorized)
				return
			}
			if err := done.do(fmt.Sprint(event)); err != nil {
				http.Error(w, "try again", http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
		return mux
	}
}
