"""The database keeps a published digest as it is, and follows writers that come at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.notifications.consumer import journal
from services.notifications.digests.queries import links
from shared.database import Database
from shared.migrating import migrate
from tests.unit.notifications.conftest import MIGRATIONS
from tests.unit.notifications.test_digests import SECOND, THIRD, document


@pytest.fixture
def database(make_database: Callable[[str], Database]) -> Database:
    """Two days of membership, the first of them closed."""
    made = make_database("notifications")
    migrate(made, MIGRATIONS)
    with made.writing() as connection:
        journal(connection, [document(1, SECOND), document(2, THIRD)])
    return made


def change(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE digests SET digest = 'x', last_number = last_number + 1 WHERE day = '2026-10-31'",
        "UPDATE digests SET digest = 'x' WHERE day = '2026-11-01'",
        "UPDATE digests SET first_number = 1, last_number = 3 WHERE day = '2026-11-01'",
        "UPDATE digests SET day = '2026-11-02', last_number = 3 WHERE day = '2026-11-01'",
        "DELETE FROM digests WHERE day = '2026-11-01'",
    ],
)
def test_a_published_digest_is_never_changed(database: Database, statement: str) -> None:
    with database.reading() as connection:
        before = links(connection, "membership")

    with pytest.raises(DBAPIError, match="a digest that was published is never changed"):
        change(database, statement)

    with database.reading() as connection:
        assert links(connection, "membership") == before


def test_the_open_day_grows(database: Database) -> None:
    with database.writing() as connection:
        journal(connection, [document(3, THIRD)])

    with database.reading() as connection:
        assert [link.number for link in links(connection, "membership")] == [1, 3]


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def write(first: int) -> None:
        for number in range(first, 63, 3):
            with database.writing() as connection:
                journal(connection, [document(number, THIRD)])

    writers = [threading.Thread(target=write, args=(first,)) for first in (3, 4, 5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with database.reading() as connection:
        assert [link.number for link in links(connection, "membership")] == [1, 62]
