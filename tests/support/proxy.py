"""A front door for tests: hands each path to the service that its first part names."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class Proxy:
    """What nginx is in production, as far as tests need it."""

    def __init__(self, ports: dict[str, int], default: str) -> None:
        pool = urllib3.PoolManager(retries=False, timeout=60.0, maxsize=50)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65_536  # an answer in two small packets would wait for the client's acknowledgement

            def _pass(self) -> None:
                first = self.path.split("?", 1)[0].split("/", 2)[1]
                port = ports.get(first, ports[default])
                length = int(self.headers.get("Content-Length") or 0)
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() != "connection"
                }
                try:
                    answer = pool.request(
                        self.command,
                        f"http://127.0.0.1:{port}{self.path}",
                        body=self.rfile.read(length),
                        headers=headers,
                        redirect=False,
                        decode_content=False,
                    )
                except urllib3.exceptions.HTTPError:
                    self.send_error(502)
                    return
                with contextlib.suppress(ConnectionError):  # whoever asked may have gone
                    self._answer(answer)

            def _answer(self, answer: urllib3.BaseHTTPResponse) -> None:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.data)

            do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = _pass  # noqa: N815  # the server's names

            def log_message(self, *args: Any) -> None:
                del args

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 500  # many may knock at once

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
