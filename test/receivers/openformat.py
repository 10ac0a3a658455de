"""A receiver of OpenFormat webhooks, from its guide: https://docs.openformat.tech/architecture/notifications

Takes the account's secret from OPENFORMAT_WEBHOOK_SECRET and prints its port. The guide says which part of the body is
signed and that the result is base64; that it is HMAC-SHA256 under the secret's text is the working assumption.
"""

import base64
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["OPENFORMAT_WEBHOOK_SECRET"]


def signature_of(body):
    signed = body[body.find(b"{") : body.rfind(b"}") + 1]
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        given = self.headers.get("x-openformat-signature", "")
        if not hmac.compare_digest(given.encode(), signature_of(body).encode()):
            return self.answer(401, {"error": "the signature does not fit"})
        if json.loads(body)["event"] == "test":
            return self.answer(200, {"challenge": given})
        return self.answer(200, {"received": True})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
