"""A reader that waits for something new costs no thread while it waits (gunicorn's gevent worker)."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event as Flag
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from shared.bells import Ear
    from shared.eventstore import Store

Found = TypeVar("Found")

_ending = Flag()
_ears: WeakSet[Ear] = WeakSet()


def wait_for(store: Store, ready: Callable[[], Found | None], timeout: float) -> Found | None:
    """What `ready` finds, looked for at every ring of the store's bell; None after `timeout` seconds.

    No connection may be held across the call: `ready` opens its own and gives it back. When the
    process is ending, whoever waits is answered at once and asks again elsewhere.
    """
    until = time.monotonic() + timeout
    _ears.add(store.ear)
    while True:
        heard = store.ear.count()
        found = ready()
        left = until - time.monotonic()
        if found is not None or left <= 0 or _ending.is_set():
            return found
        if not store.wait(left, heard):
            return None


def end_waiting() -> None:
    """Let everybody who waits in this process go, now and from now on."""
    _ending.set()
    for ear in list(_ears):
        ear.ring()
