import hashlib
import hmac
import os
from http.server import BaseHTTPRequestHandler

from work import Once

secret = os.environ["SPRITZ_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path != "/webhooks/spritz":
            return self.answer(404)
        body = self.rfile.read()
        expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
        given = self.headers.get("Signature", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            return self.answer(401)
        try:
            once(hashlib.sha256(body).hexdigest())
        except OSError:
            return self.answer(500)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()
