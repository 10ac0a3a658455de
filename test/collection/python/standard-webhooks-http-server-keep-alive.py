import base64
import hashlib
import hmac
import os
import time
from http.server import BaseHTTPRequestHandler

from work import Once

secret = os.environ["STANDARD_WEBHOOKS_WEBHOOK_SECRET"]
key = base64.b64decode(secret.removeprefix("whsec_"))
assert key
once = Once()


def is_genuine(headers, body):
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 240:
        return False
    signed = f"{webhook_id}.{timestamp}.".encode("latin-1") + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    given = headers.get("webhook-signature", "").encode("latin-1").split()
    return any([hmac.compare_digest(expected, each) for each in given])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > 1_000_000:
            self.close_connection = True
            return self.answer(413)
        body = self.rfile.read(int(length))
        if self.path != "/webhooks/standard-webhooks":
            return self.answer(404)
        if not is_genuine(self.headers, body):
            return self.answer(401)
        try:
            once(self.headers["webhook-id"])
        except OSError:
            return self.answer(502)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()
