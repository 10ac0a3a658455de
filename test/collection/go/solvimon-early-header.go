package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"os"
	"strings"
	"time"
)

func init() {
	receivers["solvimon-early-header"] = func() http.Handler {
		secret := os.Getenv("SOLVIMON_WEBHOOK_SECRET")
		if secret == "" {
			log.Fatal("SOLVIMON_WEBHOOK_SECRET is not set")
		}
		isGenuine := func(header http.Header, body []byte) bool {
			timestamp := header.Get("X-PAYLOAD-SIGNATURE-TIMESTAMP")
			sent, err := time.Parse(time.RFC3339, timestamp)
			if err != nil || math.Abs(time.Since(sent).Minutes()) > 5 {
				return false
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(timestamp + "."))
			mac.Write(body)
			for _, pair := range strings.Split(header.Get("X-PAYLOAD-SIGNATURE"), ",") {
				given, err := hex.DecodeString(strings.TrimPrefix(strings.TrimSpace(pair), "v1="))
				if err == nil && hmac.Equal(given, mac.Sum(nil)) {
					return true
				}
			}
			return false
		}
		var done once
		mux := http.NewServeMux()
		mux.HandleFunc("/webhooks/solvimon", func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
			if err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return
			}
			if !isGenuine(r.Header, body) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			w.WriteHeader(http.StatusOK)
			if err := done.do(fmt.Sprintf("%x", sha256.Sum256(body))); err != nil {
				http.Error(w, "try again", http.StatusInternalServerError)
			}
		})
		return mux
	}
}
