"""Run by: npx localhook exec openformat -- python3 -m unittest"""

import json
import os
import unittest
from threading import Thread
from urllib.request import Request, urlopen

from receiver import serve

LOCALHOOK = os.environ["LOCALHOOK_URL"] + "/_localhook"
API = os.environ["OPENFORMAT_API_URL"]
KEY = {"X-API-KEY": os.environ["OPENFORMAT_API_KEY"]}


def call(method, url, value=None, headers={}):
    headers = {"Content-Type": "application/json", **headers}
    data = None if value is None else json.dumps(value).encode()
    with urlopen(Request(url, data, headers, method=method)) as reply:
        text = reply.read()
    return json.loads(text) if text else None


def send(**how):
    """Makes a transaction happen; gives the id of its delivery."""
    event = {"provider": "openformat", "type": "transaction", **how}
    [delivery] = call("POST", f"{LOCALHOOK}/events", event)["deliveries"]
    return delivery["id"]


def wait(query):
    return call("POST", f"{LOCALHOOK}/wait", {"query": query})["deliveries"]


# #region test
class ReceiverTest(unittest.TestCase):
    def setUp(self):
        call("POST", f"{LOCALHOOK}/reset")
        secret = call("POST", f"{API}/webhook/secret", headers=KEY)["webhook_secret"]
        self.stored = []
        self.server = serve([secret], self.stored.append)
        Thread(target=self.server.serve_forever, args=[0.01]).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        url = f"http://127.0.0.1:{self.server.server_port}/webhooks"
        webhook = call("POST", f"{API}/webhook", {"url": url, "events": []}, KEY)["webhook"]
        # OpenFormat delivers once the receiver has answered its challenge.
        call("POST", f"{API}/webhook/{webhook['id']}/test", headers=KEY)

    def test_stores_a_transaction(self):
        delivery = send(set={"payload.status": "0"})
        wait(f"id:{delivery} state:delivered")
        self.assertEqual(self.stored[0]["payload"]["status"], 0)

    def test_refuses_what_was_changed_on_its_way(self):
        delivery = send(sign="tampered-body")
        wait(f"id:{delivery} status:401")
        self.assertEqual(self.stored, [])

    def test_stores_a_repeated_delivery_once(self):
        delivery = send()
        wait(f"id:{delivery} state:delivered")
        call("POST", f"{LOCALHOOK}/deliveries/{delivery}/resend", {"mode": "exact"})
        wait(f"parent:{delivery} state:delivered")
        self.assertEqual(len(self.stored), 1)
# #endregion


if __name__ == "__main__":
    unittest.main()
