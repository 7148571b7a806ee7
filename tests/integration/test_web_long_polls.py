"""Many who wait for news keep nobody from writing, and all hear of it."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
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
ROOT = Path(__file__).parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """The port of a gunicorn with our own configuration and one worker."""
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
        yield port
    finally:
        process.terminate()
        process.wait(60)  # longer than its own grace


def test_five_hundred_idle_long_polls_leave_a_post_answered(server: int, tmp_path: Path) -> None:
    issuer = BuiltinIssuer.of(Settings(data=tmp_path))
    token = issuer.issue(["garage:read", "garage:write"], actor="client/test", ttl=timedelta(hours=1))
    ask = f"GET /garage/v1/news HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    readers = [socket.create_connection(("127.0.0.1", server)) for _ in range(READERS)]
    for reader in readers:
        reader.sendall(ask)
    time.sleep(2)
    early = select.select(readers, [], [], 0)[0]

    began = time.perf_counter()
    answer = urllib3.request(
        "POST",
        f"http://127.0.0.1:{server}/garage/v1/garages/{OURS}/rentals",
        json={"place": "7", "car": "red"},
        headers={"Authorization": f"Bearer {token}", "Connection": "close"},
        timeout=10.0,
        retries=False,
    )
    took = time.perf_counter() - began
    heard = [_answer(reader) for reader in readers]
    for reader in readers:
        reader.close()

    assert early == []
    assert answer.status == 201
    assert took < 1
    assert all(b"200 OK" in text and b'"rented":1' in text for text in heard)


def _answer(reader: socket.socket) -> bytes:
    reader.settimeout(20)
    text = b""
    while b'"rented"' not in text and (part := reader.recv(4096)):
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
