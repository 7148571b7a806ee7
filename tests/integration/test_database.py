"""What a connection costs, and what becomes of one that broke or is lent on."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, ProgrammingError

from shared import database as module
from shared import pools, writelock
from shared.database import Database
from shared.decider import Snapshot
from shared.eventstore import Store
from shared.migrating import migrate
from tests.support.garage import OFFICE, garage_store
from tests.support.parking_company import RentPlace, places
from tests.support.round_trips import round_trips


@pytest.fixture
def database(postgres_database: Callable[[], str]) -> Iterator[Database]:
    made = Database(postgres_database())
    yield made
    made.close()


def test_a_connection_that_broke_at_rest_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_RESTED", 0.0)
    with database.reading() as connection:
        rested = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    _end(database, rested)

    with database.reading() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != rested


def test_a_connection_that_broke_in_use_is_not_lent_again(database: Database) -> None:
    with database.one_statement() as cursor:
        _end(database, cursor.connection.info.backend_pid)
        with pytest.raises(module.AWAY):
            cursor.execute("SELECT 1")

    with database.one_statement() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)


AT_ONCE = "SET LOCAL idle_in_transaction_session_timeout = 1"


def stand_still(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text(AT_ONCE))
        time.sleep(0.2)
        connection.execute(text("SELECT 1"))


def stand_still_at_the_driver(database: Database) -> None:
    with database.writing_at_the_driver() as connection:
        cursor = connection.cursor()
        cursor.execute(AT_ONCE)
        time.sleep(0.2)
        cursor.execute("SELECT 1")


@pytest.mark.parametrize("stand", [stand_still, stand_still_at_the_driver])
def test_a_transaction_that_stood_still_for_too_long_has_lost_its_database(
    database: Database, stand: Callable[[Database], None]
) -> None:
    with pytest.raises(module.AWAY):
        stand(database)

    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_transaction_that_goes_on_after_a_failure_is_a_bug(database: Database) -> None:
    with database.reading() as connection:
        with suppress(ProgrammingError):
            connection.execute(text("SELECT nothing"))
        with pytest.raises(InternalError) as raised:
            connection.execute(text("SELECT 1"))

    assert not isinstance(raised.value, module.AWAY)
    assert not isinstance(raised.value.orig, module.AWAY)


@contextmanager
def writing(database: Database) -> Iterator[Any]:
    """The connection that writers are lent in turn, without the pool."""
    with database.writing_at_the_driver() as connection:
        yield connection.cursor()


@pytest.mark.parametrize("lend", [Database.one_statement, writing])
def test_a_cursor_of_sqlite_ends_with_the_loan_of_its_connection(
    tmp_path: Path, lend: Callable[[Database], AbstractContextManager[Any]]
) -> None:
    """One that were deleted later would reset a statement under the hands of whoever is lent it next."""
    database = Database(f"sqlite:///{tmp_path}/lent.db")
    with lend(database) as first:
        assert first.execute("SELECT 1").fetchone() == (1,)
    with lend(database) as next_one:
        with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
            first.execute("SELECT 1")
        assert next_one.connection is first.connection
        assert next_one.execute("SELECT 1").fetchone() == (1,)
    database.close()


def test_after_one_statement_a_connection_begins_transactions_again(database: Database) -> None:
    with database.one_statement() as cursor:
        cursor.execute("SELECT 1")
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE kept (id integer)"))
        connection.rollback()

    with database.reading() as connection:
        assert connection.execute(text("SELECT to_regclass('kept')")).scalar_one() is None


def test_a_history_is_read_in_one_round_trip(database: Database) -> None:
    migrate(database)
    store = garage_store(database)
    store.history(key="g1")  # makes the connection, and learns whose database it is

    assert round_trips(database, lambda: store.history(key="g1")) == 1


def test_a_command_without_read_models_takes_two_round_trips(database: Database) -> None:
    migrate(database)
    store = garage_store(database, projections=())
    rent(store, "a")  # makes the connection, and learns whose database it is

    assert round_trips(database, lambda: rent(store, "b")) == 2
    assert len(store.history(key="g1")) == 2


def test_a_command_on_a_stream_that_is_known_takes_one_round_trip(database: Database) -> None:
    migrate(database)
    store = garage_store(database, projections=())
    rent(store, "a")  # makes the connection, and learns whose database it is

    assert round_trips(database, lambda: rent(store, "b", known=Snapshot(places.initial, 0))) == 1
    assert len(store.history(key="g1")) == 2


def test_a_command_that_appends_alone_rings(database: Database) -> None:
    migrate(database)
    store = garage_store(database, projections=())
    listener = store.bell.listen()
    try:
        rent(store, "a")
        assert listener.wait(5.0)
    finally:
        listener.close()


@pytest.fixture
def written_elsewhere(tmp_path: Path) -> Iterator[tuple[Database, sqlite3.Connection]]:
    """A SQLite database to which another process is writing just now."""
    made = Database(f"sqlite:///{tmp_path / 'one.db'}")
    with made.writing() as connection:
        connection.execute(text("CREATE TABLE kept (id integer)"))
    other = sqlite3.connect(tmp_path / "one.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield made, other
    other.close()
    made.close()


def test_the_connection_that_writers_are_lent_in_turn_is_given_up_with_the_others(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.db'}")
    with database.writing_at_the_driver() as first:
        first.cursor().execute("CREATE TABLE kept (id integer)")
    with suppress(ZeroDivisionError), database.writing_at_the_driver() as second:
        second.cursor().execute("INSERT INTO kept VALUES (1)")
        raise ZeroDivisionError
    with database.writing_at_the_driver() as third:
        third.cursor().execute("INSERT INTO kept VALUES (2)")
    log_of_writes = tmp_path / "one.db-wal"
    held = log_of_writes.exists()
    database.close()

    assert first is second
    assert held
    assert not log_of_writes.exists()  # SQLite removes it with the last connection
    with closing(sqlite3.connect(tmp_path / "one.db")) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(2,)]


def test_who_waits_for_another_process_to_have_written_waits_in_short_steps(
    written_elsewhere: tuple[Database, sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, other = written_elsewhere
    steps: list[float] = []

    def step(seconds: float) -> None:
        steps.append(seconds)
        if len(steps) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr(time, "sleep", step)
    with database.writing_at_the_driver() as connection:
        connection.cursor().execute("INSERT INTO kept VALUES (1)")

    assert len(steps) == 3
    assert other.execute("SELECT id FROM kept").fetchall() == [(1,)]


def test_who_waits_too_long_for_another_process_is_told_that_the_database_is_busy(
    written_elsewhere: tuple[Database, sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, other = written_elsewhere
    monkeypatch.setattr(writelock, "BUSY_TIMEOUT", 0.05)
    with pytest.raises(module.AWAY), database.writing_at_the_driver():
        pass
    other.execute("ROLLBACK")
    with database.writing_at_the_driver() as connection:
        connection.cursor().execute("INSERT INTO kept VALUES (1)")

    assert other.execute("SELECT id FROM kept").fetchall() == [(1,)]


def rent(store: Store, place: str, known: Snapshot[Any] | None = None) -> None:
    command = RentPlace(place=place, car="EK 1", garage_id="g1")
    store.handle(places, places.stream("g1", place), command, OFFICE, known=known)


def _end(database: Database, backend: int) -> None:
    other = Database(database.url)
    try:
        with other.reading() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
    finally:
        other.close()
