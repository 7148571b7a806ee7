"""Count how often a database server is asked and answers, from libpq's own trace of the protocol."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, Any

from sqlalchemy import event

from shared.database import Database


def round_trips(database: Database, act: Callable[[], object]) -> int:
    """How many round trips to PostgreSQL `act` takes on pooled connections of `database`.

    The server says after each that it is ready for the next.
    """
    with tempfile.TemporaryFile("w+b") as trace:
        traced = _trace(database, trace)
        try:
            act()
        finally:
            event.remove(database.engine, "checkout", traced)
        trace.seek(0)
        return sum(b"\tReadyForQuery\t" in line for line in trace)


def _trace(database: Database, trace: IO[bytes]) -> Callable[..., None]:
    def begin(driver: Any, _record: object, _lent: object) -> None:
        driver.pgconn.trace(trace.fileno())

    event.listen(database.engine, "checkout", begin)

    @event.listens_for(database.engine, "checkin", once=True)
    def end(driver: Any, _record: object) -> None:
        driver.pgconn.untrace()

    return begin
