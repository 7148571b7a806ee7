"""Refuse to record anything while database and log disagree, until somebody has decided."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from shared import clock
from shared.errors import Unavailable
from shared.tables import halts


class RecordingHalted(Unavailable):
    """Whatever were recorded now could contradict what is published already (`details["why"]`)."""

    code = "recording-halted"
    nb = "Endringer tas ikke imot før databasen og den publiserte loggen er enige igjen."


def halt(connection: Connection, code: str, message: str) -> None:
    """Let nobody record anything here any more; `code` names the reason, `message` tells it."""
    resume(connection)
    since = clock.moment(clock.real_now())
    connection.execute(insert(halts).values(id=1, code=code, message=message, since=since))


def resume(connection: Connection) -> None:
    """Let everybody record again."""
    connection.execute(delete(halts))


def reason(connection: Connection) -> tuple[str, str] | None:
    """Code and message of what stands in the way, None when nothing does."""
    row = connection.execute(select(halts.c.code, halts.c.message)).one_or_none()
    return None if row is None else (row.code, row.message)


def check(connection: Connection) -> None:
    """Raise RecordingHalted where nothing may be recorded."""
    found = reason(connection)
    if found is not None:
        raise RecordingHalted("Nothing is recorded until the fork is ended.", why=found[0])
