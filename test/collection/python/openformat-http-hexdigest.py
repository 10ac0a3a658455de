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
        body = self.rfile.read(int(self.headers["Content-Length"]))
        digest = hmac.new(SECRET, body.strip(), hashlib.sha256).hexdigest()
        expected = base64.b64encode(digest.encode()).decode()
        given = self.headers.get("x-openformat-signature", "")
        if given != expected:
            return self.send_error(401, "Invalid signature")
        event = json.loads(body)
        if event["event"] != "test":
            once(event["idempotency_key"])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"challenge": given}).encode())

    def do_GET(self):
        self.send_error(405)
