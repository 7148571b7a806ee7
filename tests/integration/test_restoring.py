"""A lost database comes back from its topic as it was, and nothing old happens again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from shared import logbook, takingback, vouching
from shared.log import Log, LogRecord, LogUnavailableError
from shared.rebuilding import rebuild
from shared.replaying import OwnEvents
from shared.restoring import restore
from shared.tables import events, publications, publisher, refusals, unnumbered
from tests.support.garage import Company
from tests.support.lost_databases import MakeDatabase, history, lose_billing, lose_garage, published, rows_of
from tests.support.parking_company import charges, rented


def test_every_event_comes_back_as_it_was(company: Company, make_database: MakeDatabase) -> None:
    history(company)
    lost = company.garage
    found = lose_garage(company, make_database)

    told = restore(found, company.log, company.topic, [], actor="operator")

    assert (told.events, told.last, told.missing) == (14, 14, [])
    assert rows_of(found, events, "position") == rows_of(lost, events, "position")
    assert rows_of(found, rented) == rows_of(lost, rented)
    assert rows_of(found, publisher) == [
        {"id": 1, "sent": 14, "topic_id": company.log.identity(company.topic)}
    ]
    assert rows_of(found, unnumbered) == []
    numbers = "SELECT p.sequence, e.event_id FROM publications p JOIN events e ON e.position = p.position"
    with found.reading() as new, lost.reading() as old:
        assert set(new.execute(text(numbers))) == set(old.execute(text(numbers)))
    report = rebuild(OwnEvents(found), promote=False)
    assert (report.events, report.differences) == (14, [])


def test_the_publisher_goes_on_with_the_next_number(company: Company, make_database: MakeDatabase) -> None:
    history(company)
    company.garage = lose_garage(company, make_database)
    restore(company.garage, company.log, company.topic, [], actor="operator")

    vouching.vouch(company.garage, company.log, company.topic)
    company.rent("later")

    assert company.publish() == 1
    assert max(int(json.loads(record.value or b"")["sequence"]) for record in company.records()) == 15


def test_a_repeat_on_the_topic_counts_once(company: Company, make_database: MakeDatabase) -> None:
    history(company)
    repeated = sorted(company.records(), key=lambda record: json.loads(record.value or b"")["sequence"])[3:6]
    company.log.append(company.topic, [((r.key or b"").decode(), r.value or b"") for r in repeated])
    found = lose_garage(company, make_database)

    told = restore(found, company.log, company.topic, [], actor="operator")

    assert (told.events, told.repeats) == (14, 3)
    assert len(rows_of(found, events)) == 14


def test_follow_ups_happen_once_and_nothing_old_is_asked_again(
    company: Company, make_database: MakeDatabase
) -> None:
    """The first rent was taken in before there was a policy: it is not charged for afterwards either."""
    company.rent("early")
    company.publish()
    company.take_in(company.broken(policies=[]))
    company.rent("b")
    company.publish()
    company.take_in()
    published(company.billing, company.log, company.billing_topic)
    company.rent("waiting")
    company.publish()
    lost = lose_billing(company, make_database)

    told = restore(company.billing, company.log, company.billing_topic, [company.consumer], actor="operator")
    company.take_in()

    assert told.answered == 1
    assert rows_of(lost, charges) == [{"garage_id": "g1", "place": "b", "total": 100}]
    assert [row["place"] for row in rows_of(company.billing, charges)] == ["b", "waiting"]
    assert {row["total"] for row in rows_of(company.billing, charges)} == {100}
    assert company.rents() == {"g1": 3}
    assert rows_of(company.billing, refusals) == []
    assert published(company.billing, company.log, company.billing_topic) == 1


def test_an_interrupted_restore_starts_over(
    company: Company, make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takingback, "_BATCH", 2)
    monkeypatch.setattr(logbook, "_CHUNK", 1)
    company.rent("alone", garage="g9")
    history(company)
    found = lose_garage(company, make_database)
    with breaking(company.log, after=8) as broken, pytest.raises(LogUnavailableError):
        restore(found, broken, company.topic, [], actor="operator")
    assert rows_of(found, events) == []
    assert rows_of(found, publications) == []

    told = restore(found, company.log, company.topic, [], actor="operator")

    assert told.events == 15
    assert len(rows_of(found, rented)) == 13


@contextmanager
def breaking(log: Log, after: int) -> Iterator[Any]:
    """The same log, whose reader goes away after some polls."""

    class Reader:
        def __init__(self) -> None:
            self._reader = log.reader()
            self._left = after

        def __getattr__(self, name: str) -> Any:
            return getattr(self._reader, name)

        def poll(self, limit: int, seconds: float) -> list[LogRecord]:
            self._left -= 1
            if self._left < 0:
                raise LogUnavailableError("gone")
            return self._reader.poll(limit, seconds)

    class Breaking:
        def __getattr__(self, name: str) -> Any:
            return getattr(log, name)

        def reader(self) -> Reader:
            return Reader()

    yield Breaking()
