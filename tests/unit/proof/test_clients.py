"""Clients that are told to pause have finished what they had begun."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.proof.clients import Clients, GaveUpError
from deploy.proof.history import History

LONG = 60.0


class Slow(Clients):
    """What they ask is answered when the test says so."""

    def __init__(self) -> None:
        super().__init__("", str, History(), 1, 2)
        self.asked, self.answered = threading.Semaphore(0), threading.Event()

    def _do_something(self, *_: Any) -> None:
        self.asked.release()
        assert self.answered.wait(LONG)


@pytest.fixture
def clients() -> Iterator[Slow]:
    slow = Slow()
    slow.start()
    yield slow
    slow.answered.set()
    slow.end()


def test_nobody_is_taken_for_idle_who_still_waits_for_an_answer(clients: Slow) -> None:
    clients.resume()
    for _ in range(2):
        assert clients.asked.acquire(timeout=LONG)

    with pytest.raises(GaveUpError, match="no answer within 0 seconds"):
        clients.pause(0.1)


def test_everybody_is_idle_when_all_is_answered(clients: Slow) -> None:
    clients.resume()
    assert clients.asked.acquire(timeout=LONG)
    clients.answered.set()
    clients.pause(LONG)

    assert clients.errors == []
