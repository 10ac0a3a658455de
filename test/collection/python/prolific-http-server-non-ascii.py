import base64
import hashlib
import hmac
import os
import time
from http.server import BaseHTTPRequestHandler

from work import Once

secret = os.environ["PROLIFIC_WEBHOOK_SECRET"]
assert secret
once = Once()


class Handler(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > 1_000_000:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if self.path != "/webhooks/prolific":
            return self.answer(404)
        timestamp = self.headers.get("X-Prolific-Request-Timestamp", "")
        given = self.headers.get("X-Prolific-Request-Signature", "")
        event_id = self.headers.get("X-Event-ID")
        digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(digest).decode(), given):
            return self.answer(401)
        if not event_id or not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
            return self.answer(401)
        try:
            once(event_id)
        except OSError:
            return self.answer(500)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()
