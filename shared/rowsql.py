"""Find, save and remove many rows of one table at the driver, in as few round trips as it has."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

from shared.database import cursor_of, placeholders
from shared.readmodels import Key, Row

Convert = Callable[[Any], Any]


class Rows:
    """One table on SQLite: a statement for each row, since the database is in the same process.

    Statements are put together once: for a row by itself that takes longer than to execute them.
    """

    def __init__(self, table: Table, physical: str, dialect: Dialect) -> None:
        """`table` says what the columns are, `physical` names the build's own table."""
        self._columns = list(table.columns)
        self._dialect = dialect
        self._physical = physical
        self._names = [column.name for column in self._columns]
        self._keys = [column.name for column in table.primary_key.columns]
        types = {column.name: column.type.dialect_impl(dialect) for column in self._columns}
        bound = {name: type_.bind_processor(dialect) for name, type_ in types.items()}
        self._bind = [(name, bound[name]) for name in self._names]
        self._bind_key = [bound[name] for name in self._keys]
        self._result = [(name, types[name].result_processor(dialect, None)) for name in self._names]

    def find(self, cursor: Any, keys: Collection[Key]) -> dict[Key, Row]:
        """The rows that are there, by key."""
        found = (cursor.execute(self._find_one, self._key_to_driver(key)).fetchone() for key in keys)
        return {self._key_of(row): row for row in map(self._row, filter(None, found))}

    def save(self, cursor: Any, rows: Collection[Row]) -> None:
        """Insert rows, or put them in the place of those with their keys."""
        cursor.executemany(self._save_one, [self._to_driver(row) for row in rows])

    def remove(self, cursor: Any, keys: Collection[Key]) -> None:
        """Delete the rows of these keys."""
        cursor.executemany(self._remove, [self._key_to_driver(key) for key in keys])

    def among(self, cursor: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """The rows that hold one of `values` in a column of text, in the order of their keys."""
        marks = ", ".join("?" for _ in values)
        cursor.execute(f'{self._all} WHERE "{column}" IN ({marks}){self._in_order}', values)
        return [self._row(row) for row in cursor.fetchall()]

    def everything(self, cursor: Any) -> list[Row]:
        """All rows, in the order of their keys."""
        cursor.execute(f"{self._all}{self._in_order}")
        return [self._row(row) for row in cursor.fetchall()]

    @functools.cached_property
    def _all(self) -> str:
        return f'SELECT {_listed(self._names)} FROM "{self._physical}"'

    @functools.cached_property
    def _in_order(self) -> str:
        return f" ORDER BY {_listed(self._keys)}"

    @functools.cached_property
    def _find_one(self) -> str:
        return self._marked(f"{self._all} WHERE {self._one}")

    @functools.cached_property
    def _save_one(self) -> str:
        return self._marked(self._save_all(f"VALUES ({', '.join('?' for _ in self._names)})"))

    @functools.cached_property
    def _remove(self) -> str:
        return f'DELETE FROM "{self._physical}" WHERE {self._one}'

    def _marked(self, sql: str) -> str:
        return placeholders(sql, "sqlite" if self._dialect.name == "sqlite" else "postgresql")

    @property
    def _one(self) -> str:
        return " AND ".join(f'"{name}" = ?' for name in self._keys)

    def _save_all(self, values: str) -> str:
        rest = [name for name in self._names if name not in self._keys]
        update = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
        action = f"DO UPDATE SET {update}" if rest else "DO NOTHING"
        into = f'INSERT INTO "{self._physical}" ({_listed(self._names)})'
        return f"{into} {values} ON CONFLICT ({_listed(self._keys)}) {action}"

    def _row(self, values: Sequence[Any]) -> Row:
        return {
            name: value if convert is None else convert(value)
            for (name, convert), value in zip(self._result, values, strict=True)
        }

    def _key_of(self, row: Row) -> Key:
        return tuple([row[name] for name in self._keys])

    def _to_driver(self, row: Row) -> list[Any]:
        return [row[name] if convert is None else convert(row[name]) for name, convert in self._bind]

    def _key_to_driver(self, key: Key) -> list[Any]:
        return [
            part if convert is None else convert(part)
            for part, convert in zip(key, self._bind_key, strict=True)
        ]


class ServerRows(Rows):
    """One table on PostgreSQL: one statement for all rows, each column handed over as an array.

    A row by itself, as most commands have it, is handed over as it is, which takes a third less.
    """

    def find(self, cursor: Any, keys: Collection[Key]) -> dict[Key, Row]:
        """See `Rows.find`."""
        if len(keys) == 1:
            return super().find(cursor, keys)
        cursor.execute(self._find, _across(map(self._key_to_driver, keys)))
        return {self._key_of(row): row for row in map(self._row, cursor.fetchall())}

    def among(self, cursor: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """See `Rows.among`."""
        cursor.execute(f'{self._all} WHERE "{column}" = ANY(%b){self._in_order}', (list(values),))
        return [self._row(row) for row in cursor.fetchall()]

    def save(self, cursor: Any, rows: Collection[Row]) -> None:
        """See `Rows.save`."""
        if len(rows) == 1:
            cursor.execute(self._save_one, *[self._to_driver(row) for row in rows])
            return
        cursor.execute(self._save, _across(map(self._to_driver, rows)))

    def remove(self, cursor: Any, keys: Collection[Key]) -> None:
        """See `Rows.remove`."""
        cursor.execute(self._remove, _across(map(self._key_to_driver, keys)))

    @functools.cached_property
    def _find(self) -> str:
        listed = ", ".join(f't."{name}"' for name in self._names)
        return f'SELECT {listed} FROM "{self._physical}" t JOIN {self._wanted}'

    @functools.cached_property
    def _save(self) -> str:
        return self._save_all(f"SELECT * FROM {self._arrays(self._names)}")

    @functools.cached_property
    def _remove(self) -> str:
        return f'DELETE FROM "{self._physical}" t USING {self._wanted.replace(" ON ", " WHERE ")}'

    @property
    def _wanted(self) -> str:
        same = " AND ".join(f't."{name}" = wanted."{name}"' for name in self._keys)
        return f"{self._arrays(self._keys)} AS wanted ({_listed(self._keys)}) ON {same}"

    def _arrays(self, names: Sequence[str]) -> str:
        types = {column.name: column.type.compile(self._dialect) for column in self._columns}
        # In binary (%b): psycopg looks at every text of an array in text form, which takes six times as long.
        return f"unnest({', '.join(f'%b::{types[name]}[]' for name in names)})"


@functools.lru_cache(maxsize=256)
def rows_of(table: Table, physical: str, dialect: Dialect) -> Rows:
    """How the rows of `table`, which is named `physical` in the database, are found and saved there."""
    return (
        Rows(table, physical, dialect) if dialect.name == "sqlite" else ServerRows(table, physical, dialect)
    )


def rows_among(connection: Connection, table: Table, column: str, values: Sequence[str]) -> list[Row]:
    """The live rows of a read model that hold one of `values` in a column of text, in the order of their keys.

    At the driver: policies ask so about every event.
    """
    return _live(connection, table).among(cursor_of(connection), column, values)


def all_rows(connection: Connection, table: Table) -> list[Row]:
    """All live rows of a read model, in the order of their keys; at the driver, as `rows_among`."""
    return _live(connection, table).everything(cursor_of(connection))


def _live(connection: Connection, table: Table) -> Rows:
    return rows_of(table, table.name, connection.dialect)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _across(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Rows as columns."""
    return [list(column) for column in zip(*rows, strict=True)]
