"""Locks that are asked for without holding up anybody: alone at a task, and patient before readers."""

from __future__ import annotations

import fcntl
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from shared.database import Database

Result = TypeVar("Result")

_WAITS = (100, 200, 400, 800)
"""Milliseconds for which one attempt after the other may stand in the way of others. All are shorter than
PostgreSQL's deadlock_timeout (1 s), so that of two who wait for each other it is never a reader who fails."""

_PAUSE = 0.2
_PATIENCE = 60.0


class BusyError(Exception):
    """Somebody else is at it, or has been in the way for a minute."""


@contextmanager
def alone(database: Database, task: str, key: int, patience: float = 0.0) -> Iterator[None]:
    """Be the only process at `task`, which has the lock `key` for PostgreSQL and a file for SQLite.

    Raises BusyError when another one is still at it after `patience` seconds. The lock ends
    with its process.
    """
    deadline = time.monotonic() + patience
    with database.engine.connect() as connection:
        while True:
            with _held(database, connection, task, key) as mine:
                if mine:
                    yield
                    return
            if time.monotonic() >= deadline:
                message = f"Another process is at {task} of this database; wait until it has ended."
                raise BusyError(message)
            time.sleep(_PAUSE)


def take_turn(connection: Connection, matter: str) -> None:
    """Wait for whoever decides on the same `matter`, until the end of this transaction.

    What is read afterwards is what the one before has left: rules that look at other streams
    than their own ask for it first. SQLite's writers wait for each other anyway.
    """
    if connection.dialect.name == "postgresql":
        turn = text("SELECT pg_advisory_xact_lock(hashtextextended(:matter, 0))")
        connection.execute(turn, {"matter": matter})


def patiently(database: Database, act: Callable[[Connection], Result], patience: float = _PATIENCE) -> Result:
    """Do `act` in a transaction that never waits long for a lock, again and again until it gets all.

    Who waits for an exclusive lock makes everybody behind it wait as well: an attempt gives up
    after less than a second, lets them through and begins anew. Raises BusyError after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    waits = itertools.chain(_WAITS, itertools.repeat(_WAITS[-1]))
    for wait in waits:
        try:
            with database.writing() as connection:
                if database.dialect == "postgresql":
                    connection.execute(text(f"SET LOCAL lock_timeout = {wait}"))
                return act(connection)
        except (OperationalError, psycopg.errors.LockNotAvailable) as error:
            if not _locked(error):
                raise
            if time.monotonic() >= deadline:
                message = (
                    f"Somebody has held these tables for {patience:.0f} seconds; end that and try again."
                )
                raise BusyError(message) from error
        time.sleep(_PAUSE)
    raise AssertionError  # the waits have no end


def _locked(error: Exception) -> bool:
    return isinstance(getattr(error, "orig", error), psycopg.errors.LockNotAvailable)


@contextmanager
def _held(database: Database, connection: Connection, task: str, key: int) -> Iterator[bool]:
    if database.path is not None:
        with database.path.with_suffix(f".{task}").open("w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
            return
    got = connection.execute(text(f"SELECT pg_try_advisory_lock({key})")).scalar_one()
    connection.commit()
    try:
        yield got
    finally:
        if got and not connection.invalidated:
            connection.rollback()
            connection.execute(text(f"SELECT pg_advisory_unlock({key})"))
            connection.commit()
