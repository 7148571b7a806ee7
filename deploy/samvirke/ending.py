"""Ctrl-C and SIGTERM, heard at once by who waits for them."""

from __future__ import annotations

import os
import select
import signal


class Ending:
    """That this process was asked to end. Made once, by its main thread.

    A signal's handler may not set a flag that the interrupted thread waits for: it could hold its
    lock. A byte in a pipe needs none.
    """

    def __init__(self) -> None:
        """From now on the two signals end nothing by themselves."""
        self._heard, self._ring = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self._note())

    def wait(self, seconds: float) -> bool:
        """Wait for a signal, at most `seconds`; whether one has come by now."""
        return bool(select.select([self._heard], [], [], seconds)[0])

    def _note(self) -> None:
        os.write(self._ring, b"!")
