"""A receiver of Spritz Finance webhooks, from the client's README: https://github.com/spritz-finance/api-client#readme

Takes the webhook secret from SPRITZ_WEBHOOK_SECRET and prints its port. The Signature header is the HMAC-SHA256 of the
raw body under the secret's text, in lower-case hexadecimal digits, compared as text.
"""

import hashlib
import hmac
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["SPRITZ_WEBHOOK_SECRET"]


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        expected = hmac.new(SECRET.encode("utf-8"), body, hashlib.sha256).hexdigest()
        given = self.headers.get("Signature", "")
        accepted = hmac.compare_digest(given.encode("utf-8"), expected.encode("utf-8"))
        self.send_response(200 if accepted else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
