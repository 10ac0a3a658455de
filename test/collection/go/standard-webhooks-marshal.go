package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func init() { receivers["standard-webhooks-marshal"] = standardWebhooksMarshal }

func standardWebhooksMarshal() http.Handler {
	secret := strings.TrimPrefix(os.Getenv("STANDARD_WEBHOOKS_WEBHOOK_SECRET"), "whsec_")
	key, _ := base64.StdEncoding.DecodeString(secret)
	events := &once{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event map[string]interface{}
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		id, timestamp := r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp")
		payload, _ := json.Marshal(event)
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, payload)
		expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		seconds, _ := strconv.ParseInt(timestamp, 10, 64)
		age := time.Now().Unix() - seconds
		isFresh := age < 300 && age > -300
		if !isFresh || !strings.Contains(" "+r.Header.Get("Webhook-Signature")+" ", " "+expected+" ") {
			http.Error(w, "invalid signature", http.StatusUnauthorized)
			return
		}
		events.do(id)
		fmt.Fprint(w, "ok")
	})
}
