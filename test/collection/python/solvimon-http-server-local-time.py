import hashlib
import hmac
import os
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

from work import Once

secret = os.environ["SOLVIMON_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


def is_recent(timestamp):
    try:
        sent = datetime.fromisoformat(timestamp.rstrip("Z"))
    except ValueError:
        return False
    return abs(datetime.now() - sent) < timedelta(minutes=5)


def is_genuine(header, timestamp, body):
    expected = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return any(
        hmac.compare_digest(f"v1={expected}".encode(), pair.strip().lower().encode())
        for pair in header.split(",")
    )


class Handler(BaseHTTPRequestHandler):
    timeout = 20

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > 1_000_000:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if self.path != "/webhooks/solvimon":
            return self.answer(404)
        timestamp = self.headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP", "")
        header = self.headers.get("X-PAYLOAD-SIGNATURE", "")
        if not is_recent(timestamp) or not is_genuine(header, timestamp, body):
            return self.answer(401)
        try:
            once(hashlib.sha256(body).hexdigest())
        except OSError:
            return self.answer(500)
        self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()
