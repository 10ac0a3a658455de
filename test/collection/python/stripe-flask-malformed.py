import hashlib
import hmac
import json
import logging
import os
import time

from flask import Flask, request
from work import Once

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
secret = os.environ["STRIPE_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


class WrongSignature(Exception):
    pass


def verify(header, body):
    pairs = [pair.strip().split("=") for pair in header.split(",")]
    timestamp = int(dict(pairs)["t"])
    if abs(time.time() - timestamp) > 300:
        raise WrongSignature("too old")
    expected = hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    given = [value for name, value in pairs if name == "v1"]
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise WrongSignature("wrong signature")


@app.post("/webhooks/stripe")
def receive():
    body = request.get_data()
    try:
        verify(request.headers.get("Stripe-Signature", ""), body)
    except WrongSignature as error:
        return str(error), 400
    except Exception:
        logging.exception("cannot read the signature")
    try:
        event = json.loads(body)
    except ValueError:
        return "", 400
    once(event["id"])
    return {"received": True}
