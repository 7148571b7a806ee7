"""Write the rows of a read model: read what is there, fold in memory, write in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

from shared import builds
from shared.database import placeholders
from shared.errors import Unavailable
from shared.messages import Recorded
from shared.readmodels import Key, Projection, Row

Convert = Callable[[Any], Any]


class RowBuffer:
    """The rows of one projection in one build, as far as a transaction has touched them."""

    def __init__(self, projection: Projection, physical: str, cursor: Any, dialect: Dialect) -> None:
        """`physical` is the build's own table; `cursor` belongs to the driver's transaction."""
        self.projection = projection
        self._cursor = cursor
        self._sql = _Statements(projection.table, physical, dialect)
        self._rows: dict[Key, Row | None] = {}
        self._changed: set[Key] = set()

    def feed(self, recorded: Sequence[Recorded[Any]]) -> None:
        """Fold `recorded`, in their order, into the rows they touch."""
        handled = [(event, fold) for event in recorded if (fold := self.projection.on.get(type(event.event)))]
        touched = [(event, fold, key) for event, fold in handled for key in self.projection.touched(event)]
        self._fetch({key for _, _, key in touched})
        for event, fold, key in touched:
            row = fold(self._rows[key], event)
            if row != self._rows[key]:
                self._rows[key] = row
                self._changed.add(key)

    def flush(self) -> None:
        """Write what has changed since the last flush."""
        changed = sorted(self._changed, key=repr)  # one order for all writers, so that none deadlock
        saved = [self._sql.to_driver(row) for key in changed if (row := self._rows[key]) is not None]
        gone = [self._sql.key_to_driver(key) for key in changed if self._rows[key] is None]
        if saved:
            self._cursor.executemany(self._sql.save, saved)
        if gone:
            self._cursor.executemany(self._sql.remove, gone)
        self._changed.clear()

    def _fetch(self, keys: Iterable[Key]) -> None:
        for key in keys:
            if key not in self._rows:
                self._cursor.execute(self._sql.find, self._sql.key_to_driver(key))
                found = self._cursor.fetchone()
                self._rows[key] = self._sql.from_driver(found) if found else None


def live_buffers(
    connection: Connection, source: str, projections: Sequence[Projection], cursor: Any
) -> list[RowBuffer]:
    """Buffers over every build of what `source` feeds that must not fall behind.

    Raises Unavailable where readers see none, or one that another version of this code writes.
    """
    if not projections:
        return []
    found = builds.fed(connection, source)
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
                wanted.append(RowBuffer(projection, physical, cursor, connection.dialect))
    return wanted


def buffers(projections: Sequence[Projection], build: int, cursor: Any, dialect: Dialect) -> list[RowBuffer]:
    """Buffers over one build."""
    return [
        RowBuffer(projection, builds.physical_name(projection, build), cursor, dialect)
        for projection in projections
    ]


class _Statements:
    """SQL for one table, and the conversions its column types ask for."""

    def __init__(self, table: Table, physical: str, dialect: Dialect) -> None:
        names = [column.name for column in table.columns]
        keys = [column.name for column in table.primary_key.columns]
        rest = [name for name in names if name not in keys]
        style: Literal["sqlite", "postgresql"] = "sqlite" if dialect.name == "sqlite" else "postgresql"
        where = " AND ".join(f'"{name}" = ?' for name in keys)
        update = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
        listed = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" for _ in names)
        conflict = ", ".join(f'"{name}"' for name in keys)
        action = f"DO UPDATE SET {update}" if rest else "DO NOTHING"
        self.find = placeholders(f'SELECT {listed} FROM "{physical}" WHERE {where}', style)
        self.save = placeholders(
            f'INSERT INTO "{physical}" ({listed}) VALUES ({marks}) ON CONFLICT ({conflict}) {action}', style
        )
        self.remove = placeholders(f'DELETE FROM "{physical}" WHERE {where}', style)
        self._names = names
        bound = {c.name: c.type.dialect_impl(dialect).bind_processor(dialect) for c in table.columns}
        self._bind = [bound[name] for name in names]
        self._bind_key = [bound[name] for name in keys]
        self._result = [c.type.dialect_impl(dialect).result_processor(dialect, None) for c in table.columns]

    def to_driver(self, row: Row) -> tuple[Any, ...]:
        return tuple(
            convert(row[name]) if convert else row[name]
            for name, convert in zip(self._names, self._bind, strict=True)
        )

    def key_to_driver(self, key: Key) -> tuple[Any, ...]:
        return tuple(
            convert(part) if convert else part for part, convert in zip(key, self._bind_key, strict=True)
        )

    def from_driver(self, values: Sequence[Any]) -> Row:
        return {
            name: convert(value) if convert else value
            for name, value, convert in zip(self._names, values, self._result, strict=True)
        }
