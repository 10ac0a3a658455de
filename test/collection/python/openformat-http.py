import base64
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler

from work import Once

SECRET = os.environ["OPENFORMAT_WEBHOOK_SECRET"].encode()
once = Once()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            return
        signed = body[body.find(b"{") : body.rfind(b"}") + 1]
        digest = hmac.new(SECRET, signed, hashlib.sha256).digest()
        given = self.headers.get("x-openformat-signature", "")
        if not hmac.compare_digest(base64.b64encode(digest), given.encode()):
            return self.answer(401, {"message": "Invalid signature"})
        event = json.loads(body)
        if event["event"] == "test":
            return self.answer(200, {"challenge": given})
        once(event["idempotency_key"])
        self.answer(200, {"received": True})

    def answer(self, status, value):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def do_GET(self):
        self.answer(405, {"message": "POST alone"})
