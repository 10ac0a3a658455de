import base64
import hashlib
import hmac
import os
import time

from flask import Flask, abort, request
from work import Once

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
secret = os.environ["PROLIFIC_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


@app.post("/webhooks/prolific")
def receive():
    body = request.get_data()
    timestamp = request.headers.get("X-Prolific-Request-Timestamp", "")
    given = request.headers.get("X-Prolific-Request-Signature", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        abort(401)
    digest = hmac.new(secret, timestamp.encode() + body, hashlib.sha256).digest()
    if not hmac.compare_digest(given.encode(), base64.b64encode(digest)):
        abort(401)
    event = request.get_json(force=True)
    once(event["resource_id"])
    return "", 204
