import base64
import hashlib
import hmac
import os

from flask import Flask, request
from work import Once

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
secret = os.environ["OPENFORMAT_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


@app.route("/webhooks/openformat")
def receive():
    body = request.get_data()
    signed = body[body.find(b"{") : body.rfind(b"}") + 1]
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest())
    given = request.headers.get("x-openformat-signature", "")
    if not hmac.compare_digest(given.encode(), expected):
        return "", 401
    event = request.get_json(force=True)
    if event["event"] == "test":
        return {"challenge": given}
    once(event["idempotency_key"])
    return "", 204
