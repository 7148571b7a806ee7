"""A reader that waits for something new costs no thread while it waits (gunicorn's gevent worker)."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event as Flag
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from shared.eventstore import Store

Found = TypeVar("Found")

_GLANCE = 1.0
"""Seconds between two looks at whether this process is ending."""

_ending = Flag()


def wait_for(store: Store, ready: Callable[[], Found | None], timeout: float) -> Found | None:
    """What `ready` finds, looked for at every ring of the store's bell; None after `timeout` seconds.

    No connection may be held across the call: `ready` opens its own and gives it back. When the
    process is ending, whoever waits is answered at once and asks again elsewhere.
    """
    until = time.monotonic() + timeout
    while True:
        heard = store.ear.count()
        found = ready()
        if found is not None:
            return found
        while not store.wait(min(_GLANCE, max(0.0, until - time.monotonic())), heard):
            if _ending.is_set() or time.monotonic() >= until:
                return None
        if time.monotonic() >= until:
            return ready()


def end_waiting() -> None:
    """Let everybody who waits in this process go, within a second."""
    _ending.set()
