"""Receives Prolific's webhooks and verifies them as its guide does, with the standard library alone.

https://docs.prolific.com/api-reference/webhooks/verifying

PROLIFIC_SECRET is the value of the workspace's secret. The guide's sample hashes the body after it was parsed and
dumped again; PROLIFIC_BODY=raw hashes the bytes as they came, as most receivers do.
"""

import base64
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["PROLIFIC_SECRET"]
RAW = os.environ.get("PROLIFIC_BODY") == "raw"


def is_genuine(timestamp, signature, raw):
    try:
        body = raw.decode() if RAW else json.dumps(json.loads(raw))
    except ValueError:
        return False
    digest = hmac.new(SECRET.encode(), str.encode(timestamp + body), hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest).decode(), signature)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        genuine = is_genuine(
            self.headers.get("X-Prolific-Request-Timestamp", ""),
            self.headers.get("X-Prolific-Request-Signature", ""),
            raw,
        )
        self.send_response(200 if genuine else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
