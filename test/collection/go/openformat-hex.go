package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

func init() {
	receivers["openformat-hex"] = func() http.Handler {
		secret := os.Getenv("OPENFORMAT_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("OPENFORMAT_WEBHOOK_SECRET is not set")
		}
		var done once
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/openformat", func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(bytes.TrimSpace(body))
			given := r.Header.Get("x-openformat-signature")
			if !hmac.Equal([]byte(given), []byte(hex.EncodeToString(mac.Sum(nil)))) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			var event struct {
				Event string `json:"event"`
				Key   string `json:"idempotency_key"`
			}
			if err := json.Unmarshal(body, &event); err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			if event.Event == "test" {
				w.Header().Set("Content-Type", "application/json")
				json.NewEncoder(w).Encode(map[string]string{"challenge": given})
				return
			}
			if err := done.do(event.Key); err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
		return mux
	}
}
