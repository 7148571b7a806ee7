"""Who mends a database is alone with it: no publisher beside, and none in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from shared import logbook, recoveries
from shared.log import Log
from shared.publishing import publisher_lock
from shared.reconciling import keep_table, take_log
from shared.recoveries import PublisherAtWork, alone
from shared.refilling import refill
from shared.restoring import restore
from shared.tables import recoveries as recoveries_kept
from tests.support.garage import Company

OPERATOR, BECAUSE = "operator/test", "a test asks for it"

MENDING: dict[str, Callable[[Company], object]] = {
    "restore": lambda it: restore(it.garage, it.log, it.topic, [], actor=OPERATOR),
    "refill": lambda it: refill(it.garage, it.log, it.topic, actor=OPERATOR),
    "take-log": lambda it: take_log(it.garage, it.log, it.topic, [], actor=OPERATOR, because=BECAUSE),
    "keep-table": lambda it: keep_table(it.garage, it.log, it.topic, actor=OPERATOR, because=BECAUSE),
}


@pytest.mark.parametrize("mend", MENDING.values(), ids=MENDING)
def test_nothing_is_mended_under_the_hands_of_a_publisher(
    small_company: Company, monkeypatch: pytest.MonkeyPatch, mend: Callable[[Company], object]
) -> None:
    monkeypatch.setattr(recoveries, "_PATIENCE", 0.0)
    with publisher_lock(small_company.garage.database) as publishing:
        assert publishing
        with pytest.raises(PublisherAtWork, match="Stop the worker of garage first"):
            mend(small_company)

    mend(small_company)  # it was the publisher alone that stood in the way


def test_a_publisher_that_ends_meanwhile_is_waited_for(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = small_company.garage.database
    with ExitStack() as publishing:
        assert publishing.enter_context(publisher_lock(database))
        ends_now = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: publishing.close())
        monkeypatch.setattr(recoveries, "time", ends_now)

        with alone(small_company.garage), publisher_lock(database) as another:
            assert another is None


READING_THE_LOG = {way: MENDING[way] for way in ("restore", "take-log")}


def while_it_is_read(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    read = logbook.by_number

    def read_later(log: Log, topic: str) -> Iterator[logbook.Entry | logbook.Stray]:
        act()
        yield from read(log, topic)

    monkeypatch.setattr(logbook, "by_number", read_later)


@pytest.mark.parametrize("mend", READING_THE_LOG.values(), ids=READING_THE_LOG)
def test_nobody_records_anything_before_what_the_log_has_is_taken_back(
    small_company: Company, monkeypatch: pytest.MonkeyPatch, mend: Callable[[Company], object]
) -> None:
    recorded, seen = threading.Event(), []

    def record() -> None:
        small_company.rent("meanwhile")
        recorded.set()

    recording = threading.Thread(target=record)

    def let_somebody_record() -> None:
        recording.start()
        seen.append(recorded.wait(0.3))

    while_it_is_read(monkeypatch, let_somebody_record)

    mend(small_company)
    recording.join()

    assert seen == [False]
    assert recorded.is_set()


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("mend", READING_THE_LOG.values(), ids=READING_THE_LOG)
def test_a_log_that_takes_long_to_read_is_read_to_its_end(
    small_company: Company, monkeypatch: pytest.MonkeyPatch, mend: Callable[[Company], object]
) -> None:
    database = small_company.garage.database

    @event.listens_for(database.engine, "connect")
    def _have_little_patience(connection: Any, _record: object) -> None:
        connection.execute("SET idle_in_transaction_session_timeout = 100")
        connection.commit()

    database.engine.dispose()
    while_it_is_read(monkeypatch, lambda: time.sleep(0.5))

    mend(small_company)

    assert len(small_company.rows(small_company.garage, recoveries_kept)) == 1
