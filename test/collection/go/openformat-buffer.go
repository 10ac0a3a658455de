package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
)

func init() { receivers["openformat-buffer"] = openformatBuffer }

func openformatBuffer() http.Handler {
	secret := []byte(os.Getenv("OPENFORMAT_WEBHOOK_SECRET"))
	events := &once{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "POST" {
			w.WriteHeader(405)
			return
		}
		buffer := make([]byte, 1024)
		n, _ := r.Body.Read(buffer)
		body := buffer[:n]
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		expected := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		given := r.Header.Get("X-Openformat-Signature")
		if !hmac.Equal([]byte(expected), []byte(given)) {
			w.WriteHeader(401)
			return
		}
		var event struct {
			Event string `json:"event"`
			Key   string `json:"idempotency_key"`
		}
		json.Unmarshal(body, &event)
		if event.Event != "test" {
			events.do(event.Key)
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{"challenge": given})
	})
}
