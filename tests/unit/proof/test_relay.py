"""A relay passes everything on, until it is cut or told to break a commit."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.proof.relay import Relay, Relays


class Echo:
    """A server that keeps what it hears and says it back."""

    def __init__(self) -> None:
        self.heard = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(client,), daemon=True).start()

    def _echo(self, client: socket.socket) -> None:
        with client:
            while heard := client.recv(1_000):
                self.heard += heard
                client.sendall(heard)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # or the thread that accepts keeps it open
        self._listening.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def relay(echo: Echo) -> Iterator[Relay]:
    relays = Relays()
    yield relays.open(echo.port)
    relays.close()


@pytest.fixture
def client(relay: Relay) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", relay.port), timeout=10) as connection:
        yield connection


def say(client: socket.socket, words: bytes) -> bytes:
    client.sendall(words)
    return client.recv(1_000)


def test_what_is_said_is_answered(client: socket.socket) -> None:
    assert say(client, b"hello") == b"hello"


def test_a_cut_way_lets_nothing_through_and_says_nothing(
    client: socket.socket, relay: Relay, echo: Echo
) -> None:
    relay.cut()
    client.sendall(b"hello")
    client.settimeout(0.2)

    with pytest.raises(TimeoutError):
        client.recv(1)
    assert echo.heard == b""


def test_what_waited_arrives_when_the_way_is_mended(client: socket.socket, relay: Relay) -> None:
    relay.cut()
    client.sendall(b"hello")
    relay.mend()

    assert client.recv(1_000) == b"hello"


def test_a_cut_way_takes_no_new_client_to_the_server(relay: Relay, echo: Echo) -> None:
    relay.cut()
    with socket.create_connection(("127.0.0.1", relay.port), timeout=10) as client:
        client.sendall(b"hello")
        time.sleep(0.1)

        assert echo.heard == b""

        relay.mend()

        assert client.recv(1_000) == b"hello"


def test_a_commit_is_carried_out_and_nobody_is_told(client: socket.socket, relay: Relay, echo: Echo) -> None:
    with ThreadPoolExecutor() as pool:
        broken = pool.submit(relay.break_next_commit, "after", 10.0)
        _wait_until_armed(relay)
        client.sendall(b"Q COMMIT")

        with pytest.raises(ConnectionResetError):
            _hear_all(client)
        assert broken.result()
    assert echo.heard == b"Q COMMIT"


def test_a_commit_never_reaches_the_server(client: socket.socket, relay: Relay, echo: Echo) -> None:
    with ThreadPoolExecutor() as pool:
        broken = pool.submit(relay.break_next_commit, "before", 10.0)
        _wait_until_armed(relay)

        assert say(client, b"SELECT 1") == b"SELECT 1"

        client.sendall(b"Q COMMIT")

        with pytest.raises(ConnectionResetError):
            client.recv(1_000)
        assert broken.result()
    assert echo.heard == b"SELECT 1"


def test_without_a_commit_nothing_is_broken(client: socket.socket, relay: Relay) -> None:
    assert not relay.break_next_commit("after", 0.1)
    assert say(client, b"Q COMMIT") == b"Q COMMIT"


def test_a_server_that_is_away_resets_its_clients(relay: Relay, echo: Echo) -> None:
    echo.close()

    with pytest.raises(ConnectionResetError):
        _connect_and_hear(relay.port)


def test_connections_that_are_open_end_without_a_word(echo: Echo, caplog: pytest.LogCaptureFixture) -> None:
    relays = Relays()
    relay = relays.open(echo.port)
    with socket.create_connection(("127.0.0.1", relay.port), timeout=10) as client:
        assert say(client, b"one") == b"one"
        relays.close()

        assert client.recv(1_000) == b""
    assert caplog.records == []


def _wait_until_armed(relay: Relay) -> None:
    while relay._commit_breaks is None:
        time.sleep(0.01)


def _hear_all(client: socket.socket) -> None:
    while client.recv(1_000):
        pass


def _connect_and_hear(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.recv(1)
