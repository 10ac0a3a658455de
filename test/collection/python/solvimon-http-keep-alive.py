import hashlib
import hmac
import os
import re
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler

from work import Once

SECRET = os.environ["SOLVIMON_WEBHOOK_SECRET"].encode()
once = Once()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        header = self.headers.get("X-PAYLOAD-SIGNATURE", "")
        given = re.findall(r"v1=([0-9A-F]{64})(?:,|$)", header)
        if not given:
            return self.answer(401)
        time = self.headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP", "")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = time.encode() + b"." + body
        expected = hmac.new(SECRET, message, hashlib.sha256).hexdigest().upper()
        if not any(hmac.compare_digest(one, expected) for one in given):
            return self.answer(401)
        signed = datetime.fromisoformat(time.replace("Z", "+00:00"))
        if abs((datetime.now(timezone.utc) - signed).total_seconds()) > 300:
            return self.answer(401)
        once(hashlib.sha256(body).hexdigest())
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()
