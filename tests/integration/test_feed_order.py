"""No reader of the feed sees an event while an earlier one can still appear (I-05), on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sqlalchemy import select

from services.notifications.feed.projection import append
from services.notifications.feed.tables import feed
from shared.database import Database
from shared.migrating import migrate
from tests.support.examples.notifications import as_recorded, notice_read
from tests.unit.notifications.conftest import MIGRATIONS


def positions(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.execute(select(feed.c.position).order_by(feed.c.position)).scalars())


def test_an_append_that_began_first_and_commits_late_is_never_overtaken(
    make_database: Callable[[str], Database],
) -> None:
    database = make_database("notifications")
    migrate(database, MIGRATIONS)
    appended = threading.Event()
    looked: list[list[int]] = []

    def append_slowly() -> None:
        with database.writing() as connection:
            append(connection, [(as_recorded(notice_read(), "membership", 1), b"{}")])
            appended.set()
            time.sleep(0.3)

    def append_quickly() -> None:
        appended.wait(5)
        with database.writing() as connection:
            append(connection, [(as_recorded(notice_read(), "fees", 2), b"{}")])

    writers = [threading.Thread(target=write) for write in (append_slowly, append_quickly)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        looked.append(positions(database))
        time.sleep(0.01)
    looked.append(positions(database))

    assert looked[-1] == [1, 2]
    assert all(seen == list(range(1, len(seen) + 1)) for seen in looked)


def test_many_writers_leave_no_gap(make_database: Callable[[str], Database]) -> None:
    database = make_database("notifications")
    migrate(database, MIGRATIONS)
    looked: list[list[int]] = []

    def write(writer: int) -> None:
        for turn in range(25):
            with database.writing() as connection:
                record = as_recorded(notice_read(), f"service-{writer}", turn)
                append(connection, [(record, b"{}")])

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        looked.append(positions(database))
        time.sleep(0.01)

    assert positions(database) == list(range(1, 201))
    assert all(seen == list(range(1, len(seen) + 1)) for seen in looked)
