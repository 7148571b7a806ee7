"""Five hundred who wait for news leave the one web process of an embedded suite free to answer."""

from __future__ import annotations

import select
import socket
import time

import pytest

from tests.e2e.steps import found
from tests.e2e.ways import embedded
from tests.support.running import Suite

READERS = 500


@pytest.mark.parametrize("shared", [embedded()], indirect=True)
def test_five_hundred_idle_long_polls_leave_a_post_answered(shared: Suite) -> None:
    shared.settled()
    last = shared.get("/notifications/v1/events?order=desc&limit=1")[0]["id"]
    path = f"/notifications/v1/events?after={last}&limit=1&timeout=30000"
    ask = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shared.office}\r\n\r\n".encode()
    port = int(shared.url.rsplit(":", 1)[1])
    readers = [socket.create_connection(("127.0.0.1", port)) for _ in range(READERS)]
    for reader in readers:
        reader.sendall(ask)
    time.sleep(3)
    early = select.select(readers, [], [], 0)[0]
    began = time.perf_counter()
    figure = {"as_of": "1902-01-01", "inhabitants": 500, "source": "while 500 wait"}
    shared.post(f"/membership/v1/municipalities/{found(shared, '5610')}/population", figure)
    took = time.perf_counter() - began
    heard = [first_line(reader) for reader in readers]

    assert early == []
    assert took < 10  # they wait for thirty
    assert set(heard) == {b"HTTP/1.1 200 OK"}


def first_line(reader: socket.socket) -> bytes:
    with reader:
        reader.settimeout(20)
        return reader.recv(4096).split(b"\r\n")[0]
