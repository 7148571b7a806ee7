"""What the event store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from shared import clock
from shared.database import Database
from shared.decider import Snapshot
from shared.errors import Conflict, Refused
from shared.eventstore import Store
from shared.migrating import migrate
from shared.rebuilding import build_missing
from shared.tables import events, receipts
from tests.support import parking_company as company_rules
from tests.support.garage import OFFICE, Company
from tests.support.parking_company import PlaceTaken, RentPlace, places, rented

NOT_SEEN = Snapshot(places.initial, 0)
"""What somebody knows of a place who looked before it was rented."""


def test_events_of_a_stream_are_counted_from_one_without_a_hole(small_company: Company) -> None:
    small_company.rent("a")
    small_company.free("a")
    handled = small_company.rent("a", car="EK 2")

    history = small_company.garage.history(stream=places.stream("g1", "a"))

    assert [event.version for event in history] == [1, 2, 3]
    assert handled.version == 3
    assert history[0].event == company_rules.PlaceRented(
        garage_id="g1", place="a", car="EK 1", rented_on=date(2026, 3, 1)
    )


def test_an_event_says_when_it_holds_and_when_it_was_recorded(small_company: Company) -> None:
    before = clock.moment(clock.now())
    (event,) = small_company.rent("a").events

    assert event.time == "2026-02-28T23:00:00.000000Z"  # 1 March begins an hour earlier in UTC
    assert before <= event.recorded_at <= clock.moment(clock.now())
    assert (event.key, event.subject, event.actor) == ("g1", "garage/g1", "office")


def test_what_an_event_replaced_is_told_with_it(small_company: Company) -> None:
    small_company.rent("a")
    small_company.free("a")
    (event,) = small_company.rent("a", car="EK 2").events

    assert event.previous == {"car": None}


def test_a_command_on_an_older_version_is_refused(small_company: Company) -> None:
    small_company.rent("a")
    command = RentPlace(place="a", car="EK 2", garage_id="g1")

    with pytest.raises(Conflict):
        small_company.garage.handle(places, places.stream("g1", "a"), command, OFFICE, known=NOT_SEEN)

    assert len(small_company.garage.history(key="g1")) == 1


def test_of_fifty_commands_on_one_version_one_succeeds(small_company: Company) -> None:
    stream = places.stream("g1", "a")
    outcomes: list[str] = []

    def rent(number: int) -> None:
        command = RentPlace(place="a", car=f"EK {number}", garage_id="g1")
        try:
            small_company.garage.handle(places, stream, command, OFFICE, known=NOT_SEEN)
            outcomes.append("rented")
        except (Conflict, PlaceTaken) as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=rent, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("rented") == 1
    assert len(small_company.garage.history(stream=stream)) == 1


def test_the_own_read_model_shows_the_event_as_soon_as_it_is_committed(small_company: Company) -> None:
    small_company.rent("a")
    small_company.rent("b")
    small_company.free("b")

    rows = small_company.rows(small_company.garage, rented)

    assert rows == [{"garage_id": "g1", "place": "a", "car": "EK 1", "times": 1}]


def test_nothing_stays_of_a_transaction_that_fails(small_company: Company) -> None:
    store = small_company.garage
    command = RentPlace(place="a", car="EK 1", garage_id="g1")

    def fail() -> None:
        with store.transaction(OFFICE) as transaction:
            transaction.handle(places, places.stream("g1", "a"), command)
            assert transaction.connection.execute(select(func.count()).select_from(rented)).scalar_one() == 1
            raise PlaceTaken("no")

    with pytest.raises(Refused):
        fail()

    assert small_company.rows(store, rented) == []
    assert store.history(key="g1") == []
    assert small_company.publish() == 0


@pytest.mark.parametrize("change", ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
def test_the_database_refuses_to_change_an_event(small_company: Company, change: str) -> None:
    small_company.rent("a")

    with pytest.raises(DBAPIError), small_company.garage.database.writing() as connection:
        connection.execute(text(change))

    assert len(small_company.garage.history(key="g1")) == 1


@pytest.mark.parametrize("change", ["UPDATE publications SET sequence = 7", "DELETE FROM publications"])
def test_the_database_refuses_to_change_a_number(small_company: Company, change: str) -> None:
    small_company.rent("a")
    small_company.publish()

    with pytest.raises(DBAPIError), small_company.garage.database.writing() as connection:
        connection.execute(text(change))


def test_an_event_too_large_to_publish_is_refused_before_anything_is_stored(small_company: Company) -> None:
    with pytest.raises(Refused) as raised:
        small_company.rent("a", car="x" * 65_537)

    assert raised.value.code == "event-too-large"
    assert small_company.garage.history(key="g1") == []


def test_of_a_command_whose_second_event_is_too_large_nothing_is_stored(small_company: Company) -> None:
    """Also where its caller notes the refusal and goes on in the same transaction, as for a policy's command."""
    both = [company_rules.RentCharged(garage_id="g1", place=place, amount=1) for place in ("a", "x" * 65_537)]
    twice = dataclasses.replace(company_rules.accounts, decide=lambda *_: both)
    command = company_rules.ChargeRent(place="a", garage_id="g1")
    with small_company.billing.transaction(OFFICE) as transaction, pytest.raises(Refused):
        transaction.handle(twice, twice.stream("g1", "a"), command)

    assert small_company.billing.history(key="g1") == []


def test_what_must_happen_once_happens_once(small_company: Company) -> None:
    store, stream = small_company.garage, places.stream("g1", "a")
    for car in ("EK 1", "EK 2"):
        command = RentPlace(place="a", car=car, garage_id="g1")
        store.handle(places, stream, command, OFFICE, event_id="11111111-1111-4111-8111-111111111111")

    assert len(store.history(stream=stream)) == 1


def test_rows_known_at_a_moment_leave_out_what_was_recorded_later(small_company: Company) -> None:
    small_company.rent("a")
    then = clock.moment(datetime.now(UTC))
    time.sleep(0.002)
    small_company.free("a")

    known = small_company.garage.rows_known_at(company_rules.rented_places, then)

    assert [row["place"] for row in known] == ["a"]
    assert small_company.rows(small_company.garage, rented) == []


def test_further_tables_are_committed_with_the_events(small_company: Company) -> None:
    with small_company.garage.transaction(OFFICE) as transaction:
        transaction.handle(places, places.stream("g1", "a"), RentPlace(place="a", car="EK 1", garage_id="g1"))
        row = {"key": "k", "fingerprint": "f", "status": 201, "headers": "", "body": "", "created_at": "t"}
        transaction.connection.execute(receipts.insert().values(row))

    assert len(small_company.rows(small_company.garage, receipts)) == 1
    assert len(small_company.rows(small_company.garage, events)) == 1


def test_parts_without_a_worker_are_said_to_be_silent(small_company: Company) -> None:
    parts = small_company.garage.parts()

    assert parts["database"] is None
    assert parts["publisher"] == "no worker has said anything lately"


def test_streams_that_share_a_row_lose_no_change_of_it(
    make_database: Callable[[str], Database], small_company: Company
) -> None:
    store = Store(
        service=company_rules.SERVICE,
        events=company_rules.EVENTS,
        projections=[company_rules.garage_rents],
        database=make_database("counted"),
        source="https://parking.example/garage",
    )
    migrate(store.database)
    build_missing(store, small_company.log, [])

    def rent(place: str) -> None:
        command = RentPlace(place=place, car="EK 1", garage_id="g1")
        store.handle(places, places.stream("g1", place), command, OFFICE)

    with store.transaction(OFFICE) as transaction:
        transaction.handle(places, places.stream("g1", "a"), RentPlace(place="a", car="EK 1", garage_id="g1"))
        transaction.flush()
        other = threading.Thread(target=rent, args=("b",))
        other.start()
        other.join(0.5)  # time enough to read the row before it is committed here
    other.join(10)

    assert [row["rents"] for row in small_company.rows(store, company_rules.garages)] == [2]
