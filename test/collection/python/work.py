import os
import threading
import urllib.request

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def work(key):
    """The work of an event, as far as anybody outside can see it: its key is posted to LOCALHOOK_EFFECTS_URL."""
    url = os.environ.get("LOCALHOOK_EFFECTS_URL")
    if url:
        direct.open(urllib.request.Request(url, key.encode(), method="POST")).close()


class Once:
    """Does the work of each event once, as with a unique key in a database."""

    def __init__(self):
        self.keys = set()
        self.lock = threading.Lock()

    def __call__(self, key):
        with self.lock:
            if key not in self.keys:
                work(key)
                self.keys.add(key)
