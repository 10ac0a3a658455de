"""Recomputes signature vectors from what is known of each provider, sharing no code with localhook.

Reads a JSON list of vectors, each with its "provider", from standard input; writes the list of their signatures, null for
a provider that is not here.
"""

import base64
import hashlib
import hmac
import json
import sys
import uuid
from urllib.parse import parse_qsl, quote


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def prolific(vector):
    """Base64 of an HMAC over the timestamp header and the body, nothing in between; the secret as it stands."""
    message = (vector["timestamp"] + vector["body"]).encode()
    return base64.b64encode(hmac_sha256(vector["secret"].encode(), message)).decode()


def openformat(vector):
    """Base64 over the body from its first to its last brace; the formula itself is not known, so there are four."""
    body = vector["body"]
    text = body[body.index("{") : body.rindex("}") + 1].encode()
    secret = vector["secret"]
    digest = {
        "hmac-text-key": lambda: hmac_sha256(secret.encode(), text),
        "hmac-bytes-key": lambda: hmac_sha256(uuid.UUID(secret).bytes, text),
        "sha256-secret-body": lambda: hashlib.sha256(secret.encode() + text).digest(),
        "sha256-body-secret": lambda: hashlib.sha256(text + secret.encode()).digest(),
    }[vector["options"].get("formula", "hmac-text-key")]()
    return base64.b64encode(digest).decode()


def solvimon(vector):
    """For each secret, newest first: v1= and the upper-case hex of an HMAC over "{timestamp}.{body}"."""
    message = f"{vector['timestamp']}.{vector['body']}".encode()
    pairs = []
    for secret in vector["secrets"]:
        digest = hmac_sha256(secret.encode(), message).hex()
        lower = vector["options"].get("hexCase") == "lower"
        pairs.append("v1=" + (digest if lower else digest.upper()))
    return ",".join(pairs)


def spritz(vector):
    """Lower-case hex of an HMAC over the raw body, without a prefix."""
    return hmac_sha256(vector["secret"].encode(), vector["body"].encode()).hex()


def spritz_request(vector):
    """sha256= and the hex of an HMAC over "{timestamp}.{METHOD}.{path}.{hash of the body}"."""
    path, _, query = vector.get("unsortedPath", vector["path"]).partition("?")
    if query:
        pairs = sorted(parse_qsl(query, keep_blank_values=True), key=lambda pair: pair[0])
        # What encodeURIComponent leaves alone, without the apostrophe, which is sent as %27.
        safe = "-_.!~*()"
        path += "?" + "&".join(f"{quote(name, safe)}={quote(value, safe)}" for name, value in pairs)
    body = vector["body"].encode()
    hashed = vector["options"].get("emptyBody") == "sha256" or body
    body_hash = hashlib.sha256(body).hexdigest() if hashed else ""
    message = f"{vector['timestamp']}.{vector['method'].upper()}.{path}.{body_hash}".encode()
    return "sha256=" + hmac_sha256(vector["secret"].encode(), message).hex()


SCHEMES = {
    ("prolific", "delivery"): prolific,
    ("openformat", "delivery"): openformat,
    ("solvimon", "delivery"): solvimon,
    ("spritz", "delivery"): spritz,
    ("spritz", "request"): spritz_request,
}

vectors = json.load(sys.stdin)
signers = [SCHEMES.get((vector["provider"], vector["scheme"]), lambda _: None) for vector in vectors]
json.dump([sign(vector) for sign, vector in zip(signers, vectors)], sys.stdout)
