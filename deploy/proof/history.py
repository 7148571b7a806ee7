"""What clients asked, when, and what they were told."""

from __future__ import annotations

import threading
from typing import Literal

import msgspec

Outcome = Literal["ok", "refused", "unknown"]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One request of one client. `mark` tells the event that it asks for from all others.

    Repeats of a request share mark and `key` (the `Idempotency-Key`). Of those that share a
    `rival`, one excludes the others. Moments are seconds since the trial began; `outcome` is
    unknown where the connection broke or the service was away. `answer` is what was answered,
    `told_when` whether it said when to ask again (`Retry-After`).
    """

    client: str
    service: str
    mark: str
    key: str
    called: float
    returned: float
    outcome: Outcome
    status: int | None = None
    told_when: bool = False
    answer: str | None = None
    rival: str | None = None


class History:
    """Operations of many clients, kept in the order of their return."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._adding = threading.Lock()
        self.operations: list[Operation] = []

    def add(self, operation: Operation) -> None:
        """Keep `operation`; called by every client's thread."""
        with self._adding:
            self.operations.append(operation)
