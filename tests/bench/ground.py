"""Where the bench works: a folder, servers that keep what they say, stores of the real service."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from services.membership import contract
from services.membership.store import OWN
from shared import builds
from shared.codec import Codec
from shared.database import Database, placeholders
from shared.eventstore import Store
from shared.migrating import migrate
from shared.readmodels import Projection
from tests.bench.facts import COLUMNS, MARKS, facts, stored
from tests.support.servers import Servers

SOURCE = "https://example.org/membership"
MIGRATIONS = Path("services/membership/migrations")

_NUMBER_ALL = (
    (
        "INSERT INTO publications (sequence, position)"
        " SELECT (SELECT coalesce(max(sequence), 0) FROM publications)"
        " + row_number() OVER (ORDER BY position), position FROM unnumbered"
    ),
    "DELETE FROM unnumbered",
    "UPDATE publisher SET sent = (SELECT max(sequence) FROM publications)",
)


class Ground:
    """Databases and a broker for one run; `with ground():` ends what was started."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        """Nothing is started before somebody asks for it."""
        self.folder = folder
        self._servers = servers
        self._numbers = itertools.count(1)

    def kafka(self) -> str:
        """Where clients of the broker begin."""
        return self._servers.kafka()

    def fresh_path(self, name: str) -> Path:
        """A path in the run's folder that nothing has used."""
        return self.folder / f"{name}-{next(self._numbers)}"

    def url(self, kind: str) -> str:
        """The address of a new, empty database: `sqlite` or `postgresql`."""
        if kind == "sqlite":
            folder = self.fresh_path("sqlite")
            folder.mkdir()
            return f"sqlite:///{folder / 'membership.db'}"
        server = self._servers.postgres().rstrip("/")
        name = f"bench_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(driver_url(f"{server}/postgres"), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit"):
                shown = connection.execute(f"SHOW {setting}").fetchone()
                if shown != ("on",):
                    message = f"PostgreSQL runs with {setting} off; its figures would say nothing."
                    raise RuntimeError(message)
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"{server}/{name}"

    @contextmanager
    def store(self, kind: str, projections: Sequence[Projection] = OWN) -> Iterator[Store]:
        """The store of membership on a new database, its read models built."""
        with open_store(self.url(kind), projections) as store:
            migrate(store.database, MIGRATIONS)
            with store.database.writing() as connection:
                builds.promote(connection, store.service, builds.create_build(connection, store.service, OWN))
            yield store


@contextmanager
def ground() -> Iterator[Ground]:
    """A folder and servers, gone when the run is over."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samvirke-bench-")))
        servers = Servers(Path(tempfile.mkdtemp(prefix="samvirke-bench-")), os.getpid(), durable=True)
        stack.callback(servers.remove)
        yield Ground(folder, servers)


@contextmanager
def open_store(url: str, projections: Sequence[Projection] = ()) -> Iterator[Store]:
    """The store of membership on a database that is there."""
    database = Database(url)
    try:
        yield Store(
            service=contract.SERVICE,
            events=contract.EVENTS,
            projections=projections,
            database=database,
            source=SOURCE,
        )
    finally:
        database.close()


def driver_url(url: str) -> str:
    """The address as psycopg itself reads it."""
    return url.replace("+psycopg", "")


def fill(store: Store, count: int, *, numbered: bool = True) -> None:
    """Put `count` events into the table, in bulk; `numbered`: and acknowledged by the log."""
    codec = Codec(contract.EVENTS)
    rows = (stored(fact, codec) for fact in facts(count))
    with store.database.writing() as connection:
        insert_all(store.database, connection.connection.cursor(), rows)
    if numbered:
        number_all(store)
    with store.database.writing() as connection:
        connection.execute(text("ANALYZE"))


def number_all(store: Store) -> None:
    """Give every event its number, as if the log had acknowledged all of them."""
    with store.database.writing() as connection:
        for statement in _NUMBER_ALL:
            connection.execute(text(statement))


def insert_all(database: Database, cursor: Any, rows: Iterator[tuple[Any, ...]]) -> None:
    """The fastest way into `events` that the driver has."""
    if database.dialect == "sqlite":
        cursor.executemany(f"INSERT INTO events ({COLUMNS}) VALUES ({MARKS})", rows)
        return
    with cursor.copy(f"COPY events ({COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def insert_sql(table: str, database: Database) -> str:
    """One bare INSERT of all columns of an event."""
    return placeholders(f"INSERT INTO {table} ({COLUMNS}) VALUES ({MARKS})", database.dialect)
