"""Ask the threads of a process to end, and wake at once those that wait where no flag is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop(threading.Event):
    """A flag for all threads; who waits for a bell or a log says how to be woken."""

    def __init__(self) -> None:
        """Nobody has been asked to end yet."""
        super().__init__()
        self._wakes: list[Callable[[], None]] = []

    def set(self) -> None:
        """Ask everybody to end. Not for a signal's handler: it may have interrupted who holds the flag."""
        super().set()
        for wake in list(self._wakes):
            wake()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """While inside, the stop calls `wake`, from any thread; at once when it has come already."""
        self._wakes.append(wake)
        try:
            if self.is_set():
                wake()
            yield
        finally:
            self._wakes.remove(wake)
