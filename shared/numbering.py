"""Give committed events their numbers, without gaps; at the driver, for most batches are one event."""

from __future__ import annotations

from typing import Any

from shared.crashing import crashpoint
from shared.database import Dialect

BATCH = 1_000

_LAST = "SELECT coalesce(max(sequence), 0) FROM publications"
_WAITING = f"SELECT position FROM unnumbered ORDER BY position LIMIT {BATCH}"
_NUMBER = "INSERT INTO publications (sequence, position) VALUES (?, ?)"
_NUMBERED = "DELETE FROM unnumbered WHERE position = ?"

_TAKE_AND_NUMBER = f"""
WITH taken AS (DELETE FROM unnumbered WHERE position IN ({_WAITING}) RETURNING position)
INSERT INTO publications (sequence, position)
SELECT ({_LAST}) + row_number() OVER (ORDER BY position), position FROM taken
RETURNING sequence
"""
"""PostgreSQL numbers what it takes off the list, and nothing else: what was recorded earlier may be
committed later, just now."""


def are_waiting(cursor: Any) -> bool:
    """Whether an event waits for its number; it holds up no writer."""
    cursor.execute("SELECT 1 FROM unnumbered LIMIT 1")
    return cursor.fetchone() is not None


def number(cursor: Any, dialect: Dialect) -> int | None:
    """Number a batch in the transaction of `cursor`: the number before its first, None where none waits."""
    last = _in_one_statement(cursor) if dialect == "postgresql" else _as_the_one_writer(cursor)
    if last is not None:
        crashpoint("publisher.numbered")
    return last


def _in_one_statement(cursor: Any) -> int | None:
    cursor.execute(_TAKE_AND_NUMBER)
    given = [sequence for (sequence,) in cursor.fetchall()]
    return min(given) - 1 if given else None


def _as_the_one_writer(cursor: Any) -> int | None:
    """SQLite has nobody beside us in its transaction, so nothing can come between the statements."""
    ((last,),) = cursor.execute(_LAST).fetchall()
    waiting = cursor.execute(_WAITING).fetchall()
    if not waiting:
        return None
    cursor.executemany(_NUMBER, [(last + n, position) for n, (position,) in enumerate(waiting, start=1)])
    cursor.executemany(_NUMBERED, waiting)
    return int(last)
