"""The bench's clients over HTTP: every question once, and no figure of wrong answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.bench.load import UnexpectedAnswerError, drive, request

ASKED: list[tuple[str, str | None, bytes]] = []


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status = int(self.path.removeprefix("/"))
        body = b"x" * 300_000 if status == 200 else b""
        self.send_response(status)
        self.send_header("Content-Length", "300000")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        ASKED.append((self.path, self.headers.get("Idempotency-Key"), body))
        self.send_response(201)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_every_request_is_sent_once_and_waited_for(port: int) -> None:
    requests = [request("POST", f"/{n}", b"{}", Idempotency_Key=str(n)) for n in range(20)]

    waited = drive(port, requests, clients=4, expect=201)

    assert len(waited) == 20
    assert sorted(ASKED) == sorted((f"/{n}", str(n), b"{}") for n in range(20))


def test_an_answer_is_waited_for_to_its_end(port: int) -> None:
    assert len(drive(port, [request("GET", "/200")] * 3, clients=1, expect=200)) == 3


def test_that_nothing_has_changed_has_no_body_to_wait_for(port: int) -> None:
    assert len(drive(port, [request("GET", "/304")] * 3, clients=2, expect=304)) == 3


def test_another_status_is_an_error_not_a_figure(port: int) -> None:
    with pytest.raises(UnexpectedAnswerError, match="404 instead of 200"):
        drive(port, [request("GET", "/404")], clients=1, expect=200)
