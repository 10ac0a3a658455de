import hashlib
import hmac
import os
from datetime import datetime, timedelta

from flask import Flask, request
from work import Once

SECRET = os.environ["SOLVIMON_WEBHOOK_SECRET"].encode()
app = Flask(__name__)
once = Once()


@app.post("/webhooks/solvimon")
def receive():
    timestamp = request.headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP", "")
    message = timestamp.encode() + b"." + request.get_data()
    digest = hmac.new(SECRET, message, hashlib.sha256).hexdigest().upper()
    given = request.headers.get("X-PAYLOAD-SIGNATURE", "").split(",")
    if f"v1={digest}" not in given:
        return "Invalid signature", 401
    signed = datetime.strptime(timestamp[:19], "%Y-%m-%dT%H:%M:%S")
    if abs(datetime.now() - signed) > timedelta(minutes=5):
        return "Signature is too old", 401
    once(hashlib.sha256(request.get_data()).hexdigest())
    return "", 204
