"""Work that comes at a steady pace, whether or not the work before it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

Given = TypeVar("Given")


class Done(NamedTuple, Generic[Given]):
    """One piece of work: when it was due and when it was done (`time.perf_counter`), and what it gave."""

    due: float
    done: float
    given: Given


def at_a_pace(work: Sequence[Callable[[], Given]], per_second: float) -> list[Done[Given]]:
    """Do all of it, each when its time has come.

    Who waits because the one before took too long waits from the moment when it was due: leaving
    that out would hide the slowest ones.
    """
    began = time.perf_counter()
    found = []
    for number, one in enumerate(work):
        due = began + number / per_second
        ahead = due - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
            due = time.perf_counter()  # that the system woke us late is nobody's work
        given = one()
        found.append(Done(due, time.perf_counter(), given))
    return found
