"""A receiver of Solvimon's webhooks, from Solvimon's description of its signatures alone.

Every delivery carries X-PAYLOAD-SIGNATURE-TIMESTAMP, an ISO 8601 time, and X-PAYLOAD-SIGNATURE, one or more pairs
`version=signature`. A v1 signature is the hexadecimal HMAC-SHA256 of `{timestamp}.{payload}`. Deliveries whose
signature is older than five minutes are to be rejected.

SOLVIMON_SECRET   the webhook's secret_key
RECEIVER_TIME     the receiver's time as ISO 8601; default: now
"""

import hashlib
import hmac
import os
import re
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["SOLVIMON_SECRET"].encode("utf-8")
TOLERANCE = timedelta(minutes=5)


def parse(timestamp):
    return datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def now():
    fixed = os.environ.get("RECEIVER_TIME")
    return parse(fixed) if fixed else datetime.now(timezone.utc)


def is_genuine(headers, payload):
    timestamp = headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP")
    signatures = headers.get("X-PAYLOAD-SIGNATURE")
    if timestamp is None or signatures is None:
        return False
    try:
        if abs(now() - parse(timestamp)) > TOLERANCE:
            return False
    except ValueError:
        return False
    expected = hmac.new(SECRET, timestamp.encode("ascii") + b"." + payload, hashlib.sha256).hexdigest()
    for pair in re.split(r"[,\s]+", signatures):
        version, _, signature = pair.partition("=")
        if version == "v1" and hmac.compare_digest(signature.lower().encode("utf-8"), expected.encode("ascii")):
            return True
    return False


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        payload = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200 if is_genuine(self.headers, payload) else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
