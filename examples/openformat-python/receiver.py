"""A receiver of OpenFormat's webhooks, with Python's standard library."""

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

LONGEST = 1024 * 1024


# #region receiver
def is_genuine(body, given, secrets):
    signed = body[body.find(b"{") : body.rfind(b"}") + 1]
    digests = [hmac.new(s.encode(), signed, hashlib.sha256).digest() for s in secrets]
    fits = [hmac.compare_digest(base64.b64encode(d), given.encode()) for d in digests]
    return any(fits)


class Receiver(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        try:
            self.receive()
        except Exception:
            self.answer(500)  # A failure of ours: the event is not stored.
            raise

    def receive(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return self.answer(400)  # It broke off.
        given = self.headers.get("x-openformat-signature", "")
        if not is_genuine(body, given, self.server.secrets):
            return self.answer(401)
        event = json.loads(body)
        if event["event"] == "test":
            return self.answer(200, {"challenge": given})
        # A repetition waits here for the one before it. A database does this with a unique key.
        with self.server.lock:
            key = event["idempotency_key"]
            if key not in self.server.seen:
                self.server.store(event)
                self.server.seen.add(key)  # Only now: what failed has to be tried again.
        return self.answer(204)
# #endregion

    def answer(self, status, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if value is not None:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(secrets, store, port=0):
    """A server that is ready to serve_forever(). `store` keeps an event, or raises."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    server.secrets = secrets
    server.store = store
    server.seen = set()
    server.lock = Lock()
    return server
