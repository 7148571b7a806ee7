"""Pools of connections to a service's database, and what is done to each connection in them."""

from __future__ import annotations

import math
import sqlite3
import time
import weakref
from typing import Any

import msgspec
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.writelock import BUSY_TIMEOUT

_RESTED = 1.0
"""Seconds after which a pooled connection is asked whether it still holds."""


def engine_for(url: str, pool_size: int) -> Engine:
    """Connections to the database at `url`, prepared for how this suite begins its transactions."""
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=10,
            isolation_level="READ COMMITTED",
            json_deserializer=msgspec.json.decode,
            connect_args={"options": "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000"},
        )
        _ask_after_rest(engine)
        _tell_what_was_ended(engine)
        return engine
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        json_deserializer=msgspec.json.decode,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT, "factory": LentConnection},
    )

    @event.listens_for(engine, "checkin")
    def _end_cursors(connection: LentConnection | None, _record: object) -> None:
        if connection is not None:  # nothing is left of one that broke
            connection.end_cursors()

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say when a transaction begins
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if driver.in_transaction:
            return  # begun at the driver
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class LentConnection(sqlite3.Connection):
    """SQLite's connection as the pool lends it to one thread after another.

    A statement that was prepared once serves everybody who is lent the connection. A cursor of one thread that
    were deleted late, for example with an error's traceback, would reset the statement under the hands of another.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As sqlite3 makes it."""
        super().__init__(*arguments, **options)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def cursor(self, *arguments: Any) -> Any:
        """A cursor that ends with the loan."""
        made = super().cursor(*arguments)
        self._cursors.add(made)
        return made

    def end_cursors(self) -> None:
        """Close whatever cursors are left: whoever is lent this connection next makes others."""
        for one in list(self._cursors):
            one.close()
        self._cursors.clear()


def _tell_what_was_ended(engine: Engine) -> None:
    """A session that PostgreSQL ended, since its transaction had stood still, is a lost connection as any other.

    A process was stopped for a while, or its machine. psycopg files it with what only a bug can cause.
    """

    @event.listens_for(engine, "handle_error")
    def _ended(context: ExceptionContext) -> None:
        ended = context.original_exception
        if isinstance(ended, psycopg.errors.IdleInTransactionSessionTimeout):
            raise OperationalError(context.statement, None, ended) from ended


def _ask_after_rest(engine: Engine) -> None:
    """See whether the server is still there before a connection is used that has rested for a while.

    SQLAlchemy's own `pool_pre_ping` asks every time, which costs each command a round trip.
    """

    @event.listens_for(engine, "checkin")
    def _rests(_driver: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(driver: DBAPIConnection, record: ConnectionPoolEntry, _lent: object) -> None:
        if time.monotonic() - record.info.get("rests_since", math.inf) < _RESTED:
            return
        try:
            engine.dialect.do_ping(driver)
        except psycopg.OperationalError as error:
            raise InvalidatePoolError from error
