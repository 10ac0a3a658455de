import hashlib
import hmac
import os
from datetime import datetime, timedelta, timezone

from flask import Flask, request
from work import Once

SECRET = os.environ["SOLVIMON_WEBHOOK_SECRET"].encode()
app = Flask(__name__)
once = Once()


def is_fresh(text):
    try:
        signed = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return abs(datetime.now(timezone.utc) - signed) <= timedelta(minutes=5)
    except (ValueError, TypeError):
        return False


@app.post("/webhooks/solvimon")
def receive():
    timestamp = request.headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP", "")
    message = timestamp.encode() + b"." + request.get_data()
    digest = hmac.new(SECRET, message, hashlib.sha256).hexdigest()
    expected = f"v1={digest}".lower().encode()
    given = request.headers.get("X-PAYLOAD-SIGNATURE", "").lower().split(",")
    # Two signatures while a secret is rolled.
    if not any(hmac.compare_digest(expected, one.encode()) for one in given):
        return "", 401
    if not is_fresh(timestamp):
        return "", 401
    once(hashlib.sha256(request.get_data()).hexdigest())
    return "", 204
