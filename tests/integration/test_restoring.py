"""A lost database comes back from its topic as it was, and nothing old happens again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from shared import logbook, takingback, vouching
from shared.database import Database
from shared.eventstore import Store
from shared.log import Log, LogRecord, LogUnavailableError
from shared.migrating import migrate
from shared.publishing import Publisher, publisher_lock
from shared.rebuilding import build_missing, rebuild
from shared.replaying import OwnEvents
from shared.restoring import DatabaseNotEmpty, DocumentUnusable, LogIncomplete, restore
from shared.tables import events, publications, publisher, recoveries, refusals, unnumbered
from tests.integration.test_vouching import recreate
from tests.support.garage import Company, garage_store
from tests.support.parking_company import charges, rented

MakeDatabase = Callable[[str], Database]


def rows_of(store: Store, table: Any, *left_out: str) -> list[dict[str, Any]]:
    with store.reading() as connection:
        found = [dict(row) for row in connection.execute(table.select()).mappings()]
    kept = [{name: value for name, value in row.items() if name not in left_out} for row in found]
    return sorted(kept, key=repr)


def published(store: Store, log: Log, topic: str) -> int:
    with publisher_lock(store.database) as locked:
        assert locked is not None
        return Publisher(store, log, topic).publish(locked)


def lose_garage(company: Company, make_database: MakeDatabase) -> Store:
    """Garage before an empty, migrated database; what it had recorded lies on the topic alone."""
    empty = garage_store(make_database("new-garage"))
    migrate(empty.database)
    build_missing(empty, company.log, [])
    return empty


def lose_billing(company: Company, make_database: MakeDatabase) -> Store:
    """The same for billing, which also takes in what garage publishes."""
    lost = company.billing
    company.billing = Store(
        service=lost.service,
        events=lost.events,
        projections=lost.projections,
        database=make_database("new-billing"),
        source=lost.source,
    )
    migrate(company.billing.database)
    build_missing(company.billing, company.log, [company.consumer])
    return lost


def history(company: Company) -> None:
    for number in range(12):
        company.rent(f"p{number}", garage=f"g{number % 3}")
    company.free("p0", garage="g0")
    company.rent("p0", car="EK 2", garage="g0")
    company.publish()


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


def test_a_database_that_is_not_empty_is_left_alone(company: Company) -> None:
    history(company)
    before = rows_of(company.garage, events)

    with pytest.raises(DatabaseNotEmpty, match="14 rows of events"):
        restore(company.garage, company.log, company.topic, [], actor="operator")

    assert rows_of(company.garage, events) == before
    assert rows_of(company.garage, recoveries) == []


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


@pytest.mark.parametrize("value", [b"{", b'{"specversion":"1.0"}'], ids=["no JSON", "no event"])
def test_a_record_that_is_no_event_stops_it_with_its_place(
    company: Company, make_database: MakeDatabase, value: bytes
) -> None:
    history(company)
    company.log.append(company.topic, [("g1", value)])
    (place,) = [record for record in company.records() if record.value == value]
    found = lose_garage(company, make_database)

    with pytest.raises(DocumentUnusable, match=f"{place.partition}@{place.offset}"):
        restore(found, company.log, company.topic, [], actor="operator")
    assert rows_of(found, events) == []

    left_out = {(place.partition, place.offset)}
    told = restore(found, company.log, company.topic, [], actor="operator", leave_out=left_out)
    assert (told.events, len(told.left_out)) == (14, 1)


def test_a_document_that_contradicts_an_earlier_one_stops_it(
    small_company: Company, make_database: MakeDatabase
) -> None:
    history(small_company)
    append(small_company, json.loads(small_company.records()[0].value or b"") | {"id": "forged"})
    found = lose_garage(small_company, make_database)

    with pytest.raises(DocumentUnusable, match="contradicts"):
        restore(found, small_company.log, small_company.topic, [], actor="operator")

    assert rows_of(found, events) == []


@pytest.mark.parametrize(
    "otherwise",
    [
        {"source": "https://parking.example/elsewhere"},
        {"dataschema": "https://parking.example/garage/schemas/PlaceFreed.v1.json"},
        {"comment": "an extension that no service of ours knows"},
    ],
    ids=["another source", "another schema", "another shape"],
)
def test_a_document_that_the_service_would_not_publish_so_stops_it(
    small_company: Company, make_database: MakeDatabase, otherwise: dict[str, str]
) -> None:
    """A valid event throughout: what came back of it would go out as other bytes under its number."""
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    document = json.loads(record.value or b"")
    recreate(small_company)
    append(small_company, document | otherwise)
    found = lose_garage(small_company, make_database)

    with pytest.raises(DocumentUnusable, match="would not have written it so"):
        restore(found, small_company.log, small_company.topic, [], actor="operator")

    assert rows_of(found, events) == []
    recreate(small_company)
    append(small_company, document)
    assert restore(found, small_company.log, small_company.topic, [], actor="operator").events == 1


def append(company: Company, document: dict[str, Any]) -> None:
    """Send a document as it stands, in the spelling of our own encoder."""
    value = json.dumps(document, separators=(",", ":")).encode()
    company.log.append(company.topic, [(document["partitionkey"], value)])


def forget_record(company: Company, number: int) -> LogRecord:
    """Delete one record from the embedded log's file."""
    (record,) = [r for r in company.records() if int(json.loads(r.value or b"")["sequence"]) == number]
    with company.log._connect() as connection:  # type: ignore[attr-defined]  # a hand in the file
        connection.execute(
            'DELETE FROM records WHERE topic = ? AND partition = ? AND "offset" = ?', record[:3]
        )
    return record


def test_a_number_that_is_missing_is_given_up_only_when_somebody_says_so(
    small_company: Company, make_database: MakeDatabase
) -> None:
    history(small_company)
    forget_record(small_company, 12)  # nothing later stands in its stream
    found = lose_garage(small_company, make_database)

    with pytest.raises(LogIncomplete, match="12"):
        restore(found, small_company.log, small_company.topic, [], actor="operator")
    told = restore(found, small_company.log, small_company.topic, [], actor="operator", accept_missing=True)

    assert (told.events, told.last, told.missing) == (13, 14, [12])
    (note,) = rows_of(found, recoveries)
    assert json.loads(note["detail"])["missing"] == [12]


def test_a_stream_with_a_hole_is_never_restored(small_company: Company, make_database: MakeDatabase) -> None:
    history(small_company)
    forget_record(small_company, 13)
    found = lose_garage(small_company, make_database)

    with pytest.raises(LogIncomplete, match="Version 2 of place-g0"):
        restore(found, small_company.log, small_company.topic, [], actor="operator", accept_missing=True)


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
