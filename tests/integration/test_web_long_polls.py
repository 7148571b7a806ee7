"""Many who wait for news keep nobody from writing, all hear of it, and none of them holds up the end."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3

from shared import builds
from shared.database import Database
from shared.migrating import migrate
from shared.settings import Settings
from shared.web.tokens import BuiltinIssuer
from tests.support import parking_company as company
from tests.support.parking_office import OURS

READERS = 500
SOON = 20.0
"""Seconds that a loaded machine may need for what takes a tenth of one."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]
    token: str

    def ask(self, method: str, path: str, body: bytes = b"", size: int = 0) -> socket.socket:
        """Send a request whose body has `size` bytes, and of it `body`."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        head = f"{method} /garage/v1/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
        connection.sendall(head.encode() + body)
        return connection


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A gunicorn with our own configuration and one worker."""
    database = Database(f"sqlite:///{tmp_path}/garage.db")
    migrate(database)
    with database.writing() as connection:
        build = builds.create_build(connection, company.SERVICE, (company.rented_places,))
        builds.promote(connection, company.SERVICE, build)
    database.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(
        [*gunicorn, "tests.support.parking_office:application()"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port), "SAMVIRKE_DATA": str(tmp_path), "WEB_CONCURRENCY": "1"},
    )
    try:
        _wait_until_it_answers(port)
        issuer = BuiltinIssuer.of(Settings(data=tmp_path))
        rights = ["garage:read", "garage:write"]
        yield Server(port, process, issuer.issue(rights, actor="client/test", ttl=timedelta(hours=1)))
    finally:
        process.terminate()
        process.wait(60)  # longer than its own grace


def test_five_hundred_idle_long_polls_leave_a_post_answered(server: Server) -> None:
    readers = [server.ask("GET", "news") for _ in range(READERS)]
    time.sleep(2)
    early = select.select(readers, [], [], 0)[0]

    began = time.perf_counter()
    answer = urllib3.request(
        "POST",
        f"http://127.0.0.1:{server.port}/garage/v1/garages/{OURS}/rentals",
        json={"place": "7", "car": "red"},
        headers={"Authorization": f"Bearer {server.token}", "Connection": "close"},
        timeout=10.0,
        retries=False,
    )
    took = time.perf_counter() - began
    heard = [_answer(reader) for reader in readers]
    for reader in readers:
        reader.close()

    assert early == []
    assert answer.status == 201
    assert took < SOON  # they wait for thirty
    assert all(b"200 OK" in text and b'"rented":1' in text for text in heard)


def test_who_waits_is_let_go_and_who_is_being_answered_gets_the_answer_before_the_end(server: Server) -> None:
    readers = [server.ask("GET", "news") for _ in range(20)]
    kept_open = socket.create_connection(("127.0.0.1", server.port))
    body = b'{"place": "7", "car": "red"}'
    writer = server.ask("POST", f"garages/{OURS}/rentals", body[:5], len(body))
    time.sleep(1)

    server.process.terminate()
    began = time.monotonic()
    heard = [_answer(reader) for reader in readers]
    let_go_after = time.monotonic() - began
    closed = kept_open.recv(10)
    runs_on = server.process.poll() is None
    writer.sendall(body[5:])
    written = _answer(writer)
    began = time.monotonic()
    code = server.process.wait(60)
    ended_after = time.monotonic() - began
    for connection in (*readers, kept_open, writer):
        connection.close()

    assert {text.split(b"\r\n")[0] for text in heard} == {b"HTTP/1.1 200 OK"}
    assert let_go_after < SOON  # they would wait for thirty
    assert closed == b""
    assert runs_on
    assert written.startswith(b"HTTP/1.1 201")
    assert (code, ended_after < SOON) == (0, True)


def _answer(reader: socket.socket) -> bytes:
    reader.settimeout(20)
    text = b""
    while not text.rstrip().endswith(b"}") and (part := reader.recv(4096)):
        text += part
    return text


def _wait_until_it_answers(port: int) -> None:
    for _ in range(100):
        try:
            urllib3.request(
                "GET",
                f"http://127.0.0.1:{port}/health/live",
                headers={"Connection": "close"},
                retries=False,
                timeout=1.0,
            )
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The server does not answer.")
