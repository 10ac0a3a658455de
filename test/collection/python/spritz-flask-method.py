import hashlib
import hmac
import os

from flask import Flask, request
from work import Once

SECRET = os.environ["SPRITZ_WEBHOOK_SECRET"].encode()
app = Flask(__name__)
once = Once()


@app.route("/webhooks/spritz")
def receive():
    body = request.get_data()
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    given = request.headers.get("Signature", "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        return {"error": "invalid signature"}, 401
    once(request.get_json().get("eventId") or expected)
    return "", 204
