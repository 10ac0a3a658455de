"""Starts one receiver: /usr/bin/python3 serve.py <file>. It listens at PORT on 127.0.0.1.

A receiver has a Handler of http.server, or an app: of Flask, or of WSGI such as Django's.
"""

import importlib.util
import os
import sys
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

path = Path(sys.argv[1]).resolve()
sys.path.insert(0, str(path.parent))
spec = importlib.util.spec_from_file_location("receiver", path)
module = importlib.util.module_from_spec(spec)
sys.modules["receiver"] = module
spec.loader.exec_module(module)
address = ("127.0.0.1", int(os.environ["PORT"]))


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


if hasattr(module, "Handler"):
    module.Handler.log_message = lambda *_: None
    ThreadingHTTPServer(address, module.Handler).serve_forever()
elif hasattr(module.app, "run"):
    module.app.run(*address, threaded=True)
else:
    make_server(*address, module.app, Server, Quiet).serve_forever()
