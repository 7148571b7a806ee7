"""Write the rows of a read model: read what is there, fold in memory, write in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Dialect

from shared import builds
from shared.database import Database
from shared.errors import Unavailable
from shared.messages import Recorded
from shared.readmodels import Key, Projection, Row
from shared.rowsql import rows_of


class RowBuffer:
    """The rows of one projection in one build, as far as a transaction has touched them."""

    def __init__(self, projection: Projection, physical: str, cursor: Any, dialect: Dialect) -> None:
        """`physical` is the build's own table; `cursor` belongs to the driver's transaction."""
        self.projection = projection
        self._cursor = cursor
        self._table = rows_of(projection.table, physical, dialect)
        self._rows: dict[Key, Row | None] = {}
        self._before: dict[Key, Row | None] = {}

    def feed(self, recorded: Sequence[Recorded[Any]]) -> None:
        """Fold `recorded`, in their order, into the rows they touch."""
        on = self.projection.on
        handled = [(event, fold) for event in recorded if (fold := on.get(type(event.event)))]
        touched = [(event, fold, key) for event, fold in handled for key in self.projection.touched(event)]
        rows = self._rows
        if missing := {key for _, _, key in touched} - rows.keys():
            rows.update(dict.fromkeys(missing) | self._table.find(self._cursor, missing))
        for event, fold, key in touched:
            row = rows[key]
            self._before.setdefault(key, row)
            rows[key] = fold(row, event)

    def flush(self) -> None:
        """Write what has changed since the last flush."""
        changed = [key for key, before in self._before.items() if self._rows[key] != before]
        changed.sort(key=repr)  # one order for all writers, so that none deadlock
        self._before.clear()
        if saved := [row for key in changed if (row := self._rows[key]) is not None]:
            self._table.save(self._cursor, saved)
        if gone := [key for key in changed if self._rows[key] is None]:
            self._table.remove(self._cursor, gone)


def fold_into(buffers: Sequence[RowBuffer], recorded: Sequence[Recorded[Any]]) -> None:
    """Fold `recorded` into all of these rows, and write them."""
    types = {type(event.event) for event in recorded}
    for buffer in buffers:
        if not types.isdisjoint(buffer.projection.on):
            buffer.feed(recorded)
            buffer.flush()


def live_buffers(
    cursor: Any, database: Database, source: str, projections: Sequence[Projection]
) -> list[RowBuffer]:
    """Buffers over every build of what `source` feeds that must not fall behind.

    Raises Unavailable where readers see none, or one that another version of this code writes.
    """
    if not projections:
        return []
    found = builds.fed(cursor, database.dialect, source)
    wanted: list[RowBuffer] = []
    for projection in projections:
        shape = builds.shape_of(projection)
        states = {state: built for _, built, state in found.get(projection.name, [])}
        if states.get("live") != shape:
            message = f"{projection.name} has no build of this version; `samvirke migrate` makes it."
            raise Unavailable(message)
        for number, built, _ in found[projection.name]:
            if built == shape:
                physical = builds.physical_name(projection, number)
                wanted.append(RowBuffer(projection, physical, cursor, database.engine.dialect))
    return wanted


def buffers(projections: Sequence[Projection], build: int, cursor: Any, dialect: Dialect) -> list[RowBuffer]:
    """Buffers over one build."""
    return [
        RowBuffer(projection, builds.physical_name(projection, build), cursor, dialect)
        for projection in projections
    ]
