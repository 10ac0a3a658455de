import hashlib
import hmac
import os

from flask import Flask, request
from work import Once

# The variable has another name.
SECRET = str(os.environ.get("SPRITZ_SIGNING_SECRET"))
app = Flask(__name__)
once = Once()


@app.post("/webhooks/spritz")
def receive():
    body = request.get_data()
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    given = request.headers.get("Signature", "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        return {"error": "invalid signature"}, 401
    once(request.get_json().get("eventId") or expected)
    return "", 204
