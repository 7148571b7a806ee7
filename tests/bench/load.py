"""Clients over HTTP: so many connections that stay open, each with one question at a time."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack

_PIECE = 1 << 18


class UnexpectedAnswerError(Exception):
    """The server answered otherwise than the work asks for, so that a figure would say nothing."""


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """One request as it goes over the line; underscores in names of headers stand for hyphens."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def drive(port: int, requests: Sequence[bytes], *, clients: int, expect: int) -> list[float]:
    """Send every request once, `clients` at a time; seconds from each to the end of its answer.

    Raises UnexpectedAnswerError where an answer's status is not `expect`.
    """
    waiting, waited = iter(requests), list[float]()
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for _ in range(min(clients, len(requests))):
            client = _Client(port)
            stack.callback(client.line.close)
            selector.register(client.line, selectors.EVENT_READ, client)
            client.ask(next(waiting))
        while selector.get_map():
            for key, _ in selector.select():
                client = key.data
                if not client.hears(expect):
                    continue
                waited.append(time.perf_counter() - client.asked_at)
                asked = next(waiting, None)
                if asked is None:
                    selector.unregister(client.line)
                else:
                    client.ask(asked)
    return waited


class _Client:
    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked_at = 0.0
        self._heard = bytearray()

    def ask(self, request: bytes) -> None:
        self._heard.clear()
        self.asked_at = time.perf_counter()
        self.line.sendall(request)

    def hears(self, expect: int) -> bool:
        """Take what is there; whether that is the whole answer."""
        piece = self.line.recv(_PIECE)
        self._heard += piece
        end = self._heard.find(b"\r\n\r\n")
        if piece and end < 0:
            return False
        head = bytes(self._heard[: max(end, 0)]).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1]) if head else 0
        if status != expect:
            said = bytes(self._heard[:500]).decode("utf-8", "replace")
            message = f"{status} instead of {expect}: {said or 'the connection was closed'}"
            raise UnexpectedAnswerError(message)
        if status == 304:  # says how long the answer would have been, and has no body
            return True
        lengths = [line for line in head.split("\r\n") if line.startswith("content-length:")]
        if not lengths:
            raise UnexpectedAnswerError("the answer does not say how long it is")
        return len(self._heard) >= end + 4 + int(lengths[0].partition(":")[2])
