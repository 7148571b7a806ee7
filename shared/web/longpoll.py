"""A reader that waits for something new costs no thread while it waits (gunicorn's gevent worker)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from shared.eventstore import Store

Found = TypeVar("Found")


def wait_for(store: Store, ready: Callable[[], Found | None], timeout: float) -> Found | None:
    """What `ready` finds, looked for at every ring of the store's bell; None after `timeout` seconds.

    No connection may be held across the call: `ready` opens its own and gives it back.
    """
    until = time.monotonic() + timeout
    while True:
        heard = store.ear.count()
        found = ready()
        left = until - time.monotonic()
        if found is not None or left <= 0:
            return found
        store.wait(left, heard)
