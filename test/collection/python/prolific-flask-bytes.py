import base64
import hashlib
import hmac
import os
import time

from flask import Flask, abort, request
from work import Once

SECRET = os.environ["PROLIFIC_WEBHOOK_SECRET"]
app = Flask(__name__)
once = Once()


@app.route("/webhooks/prolific", methods=["POST"])
def receive():
    timestamp = request.headers.get("X-Prolific-Request-Timestamp", "")
    message = f"{timestamp}{request.get_data()}"
    digest = hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).digest()
    expected = base64.b64encode(digest).decode()
    given = request.headers.get("X-Prolific-Request-Signature", "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        abort(401)
    if abs(time.time() - int(timestamp)) > 300:
        abort(401)
    once(request.headers["X-Event-ID"])
    return {"received": True}
