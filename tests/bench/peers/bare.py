"""Limits: the driver alone, without any of our code between it and the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import text

from shared.codec import Codec
from shared.database import Database, cursor_of, placeholders
from tests.bench.facts import COLUMNS
from tests.bench.ground import driver_url, insert_sql

Insert = Callable[[tuple[Any, ...]], None]

_TABLE = {
    "postgresql": "CREATE TABLE bare (LIKE events INCLUDING ALL)",
    "sqlite": (
        "CREATE TABLE bare (position INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL,"
        " version INTEGER NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, type TEXT NOT NULL,"
        " time TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, correlation_id TEXT NOT NULL,"
        " causation_id TEXT, example BOOLEAN NOT NULL, data TEXT NOT NULL, UNIQUE (stream, version))"
    ),
}


@contextmanager
def inserting(database: Database) -> Iterator[Insert]:
    """A prepared INSERT into a table shaped like `events`, committed by itself, on an open connection."""
    with database.writing() as connection:
        connection.execute(text(_TABLE[database.dialect]))
        if database.dialect == "sqlite":
            connection.execute(text("CREATE INDEX bare_key ON bare (key, position)"))
    sql = insert_sql("bare", database)
    if database.path is None:
        with psycopg.connect(driver_url(database.url), autocommit=True) as server:
            yield lambda row: discard(server.execute(sql, row, prepare=True))
        return
    with closing(sqlite3.connect(database.path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous=FULL")
        yield lambda row: discard(file.execute(sql, row))


def decode_all(database: Database, codec: Codec, batch: int = 5_000) -> int:
    """Fetch the columns of every event in pages by position and decode the fact; how many there were."""
    sql = placeholders(
        f"SELECT position, {COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT {batch}",
        database.dialect,
    )
    found, after = 0, 0
    with database.reading() as connection:
        cursor = cursor_of(connection)
        while rows := cursor.execute(sql, (after,)).fetchall():
            for row in rows:
                codec.decode(row[6], row[13])
            found, after = found + len(rows), rows[-1][0]
    return found


def discard(_: object) -> None:
    """The statement has been carried out; there is nothing to read."""
