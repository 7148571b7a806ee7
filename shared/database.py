"""A service's own database: connections, transactions, and the two dialects it may speak."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, PoolProxiedConnection
from sqlalchemy.exc import InterfaceError, OperationalError

from shared.pools import engine_for
from shared.writelock import BUSY_TIMEOUT, begin_writing

_PAUSE = 0.02

logger = logging.getLogger(__name__)

Dialect = Literal["sqlite", "postgresql"]

AWAY = (
    OperationalError,
    InterfaceError,
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""How a database says that it cannot be reached or is too busy, through SQLAlchemy and at the driver."""

TOO_LARGE = (OverflowError, psycopg.errors.NumericValueOutOfRange)
"""How the driver of either database says that a number cannot be kept; SQLAlchemy may stand around it (`orig`)."""


class Database:
    """SQLite for one machine, PostgreSQL for production; everything above is the same.

    A SQLite transaction that writes takes its lock at once (`BEGIN IMMEDIATE`): a later
    upgrade from reading to writing would fail where waiting was meant. Within a process the
    writers queue on a lock of Python's, so that a waiting one never blocks an event loop.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """`url` as SQLAlchemy writes it: `sqlite:///path` or `postgresql+psycopg://…`."""
        self.url = url
        self.engine = engine_for(url, pool_size)
        self.dialect: Dialect = "sqlite" if self.engine.dialect.name == "sqlite" else "postgresql"
        self._writers: Any = threading.Lock() if self.dialect == "sqlite" else nullcontext()
        self._writer: PoolProxiedConnection | None = None
        self._at_work: set[object] = set()

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database, None for a server's."""
        return Path(self.engine.url.database or "") if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database; nothing may be written."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: committed on leaving, rolled back when anything is raised."""
        with self._writers, self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with self.at_work(), connection.begin():
                yield connection

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Around a transaction that writes, for `is_at_work`."""
        one = object()
        self._at_work.add(one)
        try:
            yield
        finally:
            self._at_work.discard(one)

    @property
    def is_at_work(self) -> bool:
        """Whether a thread of this process is within a transaction that writes."""
        return bool(self._at_work)

    @contextmanager
    def writing_at_the_driver(self) -> Iterator[PoolProxiedConnection]:
        """As `writing`, without the layer above, which costs a command as much as all the rest.

        On PostgreSQL the transaction begins with the first statement that is not `by_itself`.
        """
        with self._writers, self.at_work():
            connection, self._writer = self._writer or self.engine.raw_connection(), None
            try:
                if self.dialect == "sqlite":
                    begin_writing(connection.cursor())
                yield connection
                connection.commit()
            except BaseException:
                connection.close()  # the pool rolls back
                raise
            self._take_back(connection)

    def _take_back(self, connection: PoolProxiedConnection) -> None:
        """SQLite's writers are one at a time: the next one gets the same connection, without the pool's work."""
        if self.dialect == "sqlite":
            connection.driver_connection.end_cursors()  # type: ignore[union-attr]  # see `pools`
            self._writer = connection
        else:
            connection.close()

    @contextmanager
    def writing_on(self, connection: PoolProxiedConnection) -> Iterator[None]:
        """As `writing_at_the_driver`, on a connection that stays open between transactions."""
        with self._writers, self.at_work():
            if self.dialect == "sqlite":
                begin_writing(connection.cursor())
            try:
                yield
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def layer_over(self, connection: PoolProxiedConnection) -> Connection:
        """SQLAlchemy's connection in the transaction that the driver has begun; commit at the driver."""
        return Connection(self.engine, connection)

    @contextmanager
    def one_statement(self) -> Iterator[Any]:
        """A cursor of the driver for one statement that reads: it is a transaction of its own."""
        with closing(self.engine.raw_connection()) as connection, by_itself(connection):
            yield connection.cursor()

    def drop_old_pages(self, patience: float = 10.0) -> bool:
        """Let go of earlier contents of changed pages: SQLite keeps them in its write-ahead log.

        Waits up to `patience` seconds for those who read an older state or write; False when they
        are still at it, and the contents stay until the next call.
        """
        deadline = time.monotonic() + patience
        while not self._truncated():
            if time.monotonic() >= deadline:
                logger.warning("old pages of %s stay: somebody has read or written all the time", self.path)
                return False
            time.sleep(_PAUSE)
        return True

    def _truncated(self) -> bool:
        """Try once and wait for nobody within SQLite: that would hold up every thread of an event loop."""
        if self.dialect != "sqlite":
            return True
        with self._writers, closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 0")
            try:
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")
        return not busy

    def close(self) -> None:
        """Give up every pooled connection, for example before a process forks."""
        with self._writers:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        self.engine.dispose()


def cursor_of(connection: Connection) -> Any:
    """A cursor of the driver itself, inside the transaction of `connection`.

    The hot paths (append, publish, replay) speak to the driver directly: the layer above
    reaches less than half of a bare INSERT.
    """
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.cursor()


def execute(connection: Connection, sql: str, *rows: Sequence[Any]) -> Any:
    """The driver's cursor after `sql`, written with `?`, with the values of each of `rows` (or without any).

    In the transaction of `connection`. For what every single event asks: a statement of SQLAlchemy's
    takes three times as long.
    """
    cursor = cursor_of(connection)
    text = placeholders(sql, "sqlite" if connection.dialect.name == "sqlite" else "postgresql")
    if len(rows) > 1:
        cursor.executemany(text, rows)
    else:
        cursor.execute(text, *rows)
    return cursor


@contextmanager
def by_itself(connection: PoolProxiedConnection) -> Iterator[None]:
    """Let a statement be a transaction of its own if none has begun: PostgreSQL is not told BEGIN before it."""
    driver: Any = connection.driver_connection
    if isinstance(driver, sqlite3.Connection) or driver.info.transaction_status != TransactionStatus.IDLE:
        yield
        return
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL has ended a transaction since two waited for each other: it may be begun anew."""
    return isinstance(getattr(error, "orig", error), psycopg.errors.DeadlockDetected)


def is_too_long(error: BaseException) -> bool:
    """Whether a value fits into no index of PostgreSQL's; psycopg counts that among what goes away by itself."""
    return isinstance(getattr(error, "orig", error), psycopg.errors.ProgramLimitExceeded)


def placeholders(sql: str, dialect: Dialect) -> str:
    """`sql`, written with `?`, in the parameter style of the driver."""
    return sql if dialect == "sqlite" else sql.replace("?", "%s")
