import base64
import hashlib
import hmac
import json
import os
import time

from flask import Flask, request
from work import Once

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
key = base64.b64decode(os.environ["STANDARD_WEBHOOKS_WEBHOOK_SECRET"].removeprefix("whsec_"))
assert key
once = Once()


def canonical(payload):
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@app.post("/webhooks/standard-webhooks")
def receive():
    payload = request.get_json(force=True)
    webhook_id = request.headers.get("webhook-id", "")
    timestamp = request.headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        return "", 401
    signed = f"{webhook_id}.{timestamp}.{canonical(payload)}"
    digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    given = request.headers.get("webhook-signature", "").encode().split()
    if not any(hmac.compare_digest(expected, each) for each in given):
        return "", 401
    once(webhook_id)
    return "", 204
