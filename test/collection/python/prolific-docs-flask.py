"""As the guide of Prolific verifies, in our words: https://docs.prolific.com/api-reference/webhooks/verifying"""

import base64
import hashlib
import hmac
import json
import os

from flask import Flask, request
from work import Once

SECRET = os.environ["PROLIFIC_WEBHOOK_SECRET"]
app = Flask(__name__)
once = Once()


def is_valid(timestamp, signature, body):
    message = str.encode(timestamp + json.dumps(body))
    digest = hmac.new(SECRET.encode(), message, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode())


@app.post("/webhooks/prolific")
def receive():
    timestamp = request.headers.get("X-Prolific-Request-Timestamp", "")
    signature = request.headers.get("X-Prolific-Request-Signature", "")
    if not is_valid(timestamp, signature, request.get_json()):
        return "", 401
    once(request.headers["X-Event-ID"])
    return "", 200
