package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
)

func init() { receivers["spritz-slash"] = spritzSlash }

func spritzSlash() http.Handler {
	secret := []byte(os.Getenv("SPRITZ_WEBHOOK_SECRET"))
	events := &once{}
	mux := http.NewServeMux()
	mux.HandleFunc("/webhooks/spritz/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		expected := hex.EncodeToString(mac.Sum(nil))
		if err != nil || !hmac.Equal([]byte(expected), []byte(r.Header.Get("Signature"))) {
			http.Error(w, "invalid signature", http.StatusUnauthorized)
			return
		}
		var event struct{ EventID string }
		json.Unmarshal(body, &event)
		if event.EventID == "" {
			event.EventID = expected
		}
		events.do(event.EventID)
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}
