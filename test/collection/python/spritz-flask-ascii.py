import hashlib
import hmac
import os

from flask import Flask, request
from work import Once

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
secret = os.environ["SPRITZ_WEBHOOK_SECRET"]
assert secret
once = Once()


def sign(text):
    return hmac.new(secret.encode("ascii"), text.encode("ascii", "ignore"), hashlib.sha256).hexdigest()


@app.post("/webhooks/spritz")
def receive():
    body = request.get_data()
    given = request.headers.get("Signature", "")
    if not hmac.compare_digest(given.encode(), sign(body.decode("utf-8", "replace")).encode()):
        return "", 401
    once(hashlib.sha256(body).hexdigest())
    return "", 204
