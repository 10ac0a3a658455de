package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

func init() { receivers["solvimon-header-map"] = solvimonHeaderMap }

func solvimonHeaderMap() http.Handler {
	secret := []byte(os.Getenv("SOLVIMON_WEBHOOK_SECRET"))
	events := &once{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signature := r.Header["X-PAYLOAD-SIGNATURE"]
		timestamp := r.Header["X-PAYLOAD-SIGNATURE-TIMESTAMP"]
		if len(signature) == 0 || len(timestamp) == 0 {
			http.Error(w, "signature missing", http.StatusUnauthorized)
			return
		}
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(timestamp[0] + "." + string(body)))
		expected := "v1=" + strings.ToUpper(hex.EncodeToString(mac.Sum(nil)))
		signed, err := time.Parse(time.RFC3339, timestamp[0])
		age := time.Since(signed)
		if err != nil || age > 5*time.Minute || age < -5*time.Minute || !strings.Contains(signature[0], expected) {
			http.Error(w, "signature invalid", http.StatusUnauthorized)
			return
		}
		sum := sha256.Sum256(body)
		events.do(hex.EncodeToString(sum[:]))
		w.WriteHeader(http.StatusNoContent)
	})
}
