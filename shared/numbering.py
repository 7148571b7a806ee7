"""Give committed events their numbers, without gaps; at the driver, for most batches are one event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import PoolProxiedConnection

from shared import reading
from shared.crashing import crashpoint
from shared.database import Database, by_itself, placeholders

BATCH = 1_000

Rows = Sequence[Sequence[Any]]
"""Events as `reading.recorded_query` finds them."""

_LAST = "SELECT coalesce(max(sequence), 0) FROM publications"
_WAITING = f"SELECT position FROM unnumbered ORDER BY position LIMIT {BATCH}"
_NUMBER = "INSERT INTO publications (sequence, position) VALUES (?, ?)"
_WAITS_NO_MORE = "DELETE FROM unnumbered WHERE position = ?"
_NUMBERED = f"{reading.HISTORY} WHERE publications.sequence > ? ORDER BY publications.sequence LIMIT {BATCH}"

_TAKE_AND_NUMBER = f"""
WITH taken AS (
    DELETE FROM unnumbered WHERE position <= (SELECT max(position) FROM ({_WAITING}) AS batch) RETURNING position
),
numbered AS (
    INSERT INTO publications (sequence, position)
    SELECT ({_LAST}) + row_number() OVER (ORDER BY position), position FROM taken
    RETURNING sequence, position
)
SELECT {reading.COLUMNS}, sequence FROM numbered JOIN events ON events.position = numbered.position
ORDER BY sequence
"""
"""PostgreSQL numbers what it takes off the list, and nothing else: what was recorded earlier may be
committed later, just now. With IN it compares every position that waits with every one of the batch: 0.8 s."""


def number(database: Database, locked: PoolProxiedConnection) -> Rows:
    """Number a batch on the connection that holds the lock; its events with their numbers, which are committed."""
    numbering = _in_one_statement if database.dialect == "postgresql" else _as_the_one_writer
    rows = numbering(database, locked)
    if rows:
        crashpoint("publisher.numbers_committed")
    return rows


def numbered_after(database: Database, cursor: Any, sequence: int) -> Rows:
    """A batch of the events whose numbers are higher, in their order."""
    cursor.execute(placeholders(_NUMBERED, database.dialect), (sequence,))
    return list(cursor.fetchall())


def _in_one_statement(database: Database, locked: PoolProxiedConnection) -> Rows:
    cursor = locked.cursor()
    with database.writing_on(locked), by_itself(locked):
        cursor.execute(_TAKE_AND_NUMBER)
    return list(cursor.fetchall())


def _as_the_one_writer(database: Database, locked: PoolProxiedConnection) -> Rows:
    """SQLite has nobody beside us in its transaction, so nothing can come between the statements."""
    cursor: Any = locked.cursor()
    if not cursor.execute("SELECT 1 FROM unnumbered LIMIT 1").fetchall():
        return []  # most rings tell of no event: no transaction is begun, and no writer has to wait
    with database.writing_on(locked):
        ((last,),) = cursor.execute(_LAST).fetchall()
        waiting = cursor.execute(_WAITING).fetchall()
        cursor.executemany(_NUMBER, [(last + n, position) for n, (position,) in enumerate(waiting, start=1)])
        cursor.executemany(_WAITS_NO_MORE, waiting)
        crashpoint("publisher.numbered")
    return numbered_after(database, cursor, last)
