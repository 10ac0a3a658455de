package main

import (
	"bytes"
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
	receivers["spritz-middleware"] = func() http.Handler {
		secret := os.Getenv("SPRITZ_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("SPRITZ_WEBHOOK_SECRET is not set")
		}
		// Reads the body and puts it back for what follows.
		signed := func(next http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
				if err != nil {
					w.WriteHeader(http.StatusRequestEntityTooLarge)
					return
				}
				mac := hmac.New(sha256.New, []byte(secret))
				mac.Write(body)
				given, err := hex.DecodeString(r.Header.Get("Signature"))
				if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				next(w, r)
			}
		}
		var done once
		receive := func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if !json.Valid(body) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			if err := done.do(fmt.Sprintf("%x", sha256.Sum256(body))); err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintln(w, `{"status":"ok"}`)
		}
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/spritz", signed(receive))
		return mux
	}
}
