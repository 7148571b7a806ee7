"""While database and log disagree nobody records anything, and who may be before another database waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from shared import halting, mending, publishing
from shared.eventstore import Store
from shared.halting import RecordingHalted
from shared.intake import Intake
from shared.messages import Recorded
from shared.publishing import Publisher, publisher_lock
from shared.readmodels import Projection, Row
from shared.scheduling import Schedule
from shared.stopping import Stop
from shared.vouching import ForkedLogError, Vouched
from tests.support.garage import Company
from tests.support.parking_company import PlaceRented, garages, places, sweeping
from tests.support.running import until


def test_nothing_is_taken_in_while_recording_is_halted(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    halt(small_company.billing)

    with pytest.raises(RecordingHalted):
        small_company.take_in()
    assert small_company.rents() == {}

    with small_company.billing.database.writing() as connection:
        halting.resume(connection)
    small_company.take_in()
    assert small_company.rents() == {"g1": 1}


def test_nothing_parked_is_replayed_while_recording_is_halted(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    small_company.take_in(
        small_company.broken(projections=[Projection(table=garages, on={PlaceRented: fails})])
    )
    halt(small_company.billing)

    with pytest.raises(RecordingHalted):
        mending.replay(small_company.billing, small_company.consumer)

    assert small_company.waiting() == [("g1", "parked", "handler-failed")]


def fails(_row: Row | None, _recorded: Recorded[PlaceRented]) -> Row:
    raise ZeroDivisionError


def test_nothing_that_is_due_is_written_while_recording_is_halted(small_company: Company) -> None:
    halt(small_company.garage)

    with pytest.raises(RecordingHalted):
        Schedule(small_company.garage, [sweeping]).write_due(date(2026, 4, 1))

    assert small_company.garage.history(stream=places.stream("g1", "spring")) == []


def test_who_lost_the_database_takes_nothing_in_before_somebody_has_looked_again(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_company.rent("a")
    small_company.publish()
    lost = losing_once(monkeypatch)
    vouched = Vouched()
    vouched.answer(vouched.doubts)
    with in_a_thread(lambda stop: small_company.loop("one", vouched).run(stop)):
        until(lost.is_set, "the connection is never lost")
        until(lambda: not vouched.holds, "nobody doubts")
        assert small_company.rents() == {}
        vouched.answer(vouched.doubts)
        until(lambda: small_company.rents() == {"g1": 1}, "it is never taken in")


def test_a_part_that_ends_since_it_lost_the_database_lets_somebody_look_again(small_company: Company) -> None:
    worker = small_company.worker()
    worker._vouched.answer(worker._vouched.doubts)

    def lost() -> None:
        worker._stop.set()
        raise OperationalError("SELECT 1", None, ConnectionError("gone"))

    worker._keep(("schedule", worker.name), lost)

    assert not worker._vouched.holds


@pytest.mark.parametrize("in_line", [False, True], ids=["at work", "in line"])
def test_a_publisher_looks_again_as_soon_as_somebody_doubts(
    small_company: Company, monkeypatch: pytest.MonkeyPatch, *, in_line: bool
) -> None:
    monkeypatch.setattr(publishing, "_LOOK_AGAIN", 3_600.0)
    vouched = Vouched()
    publisher = Publisher(small_company.garage, small_company.log, small_company.topic)
    with (
        held(small_company) if in_line else in_a_thread(lambda _: None),
        in_a_thread(lambda stop: publisher.run(stop, vouched)),
    ):
        until(lambda: vouched.holds, "nobody looks at the start")
        vouched.doubt()
        until(lambda: vouched.holds, "nobody looks again")


def test_a_look_that_began_before_a_doubt_does_not_answer_it() -> None:
    vouched = Vouched()
    looking = vouched.doubts
    vouched.doubt()
    vouched.answer(looking)

    assert not vouched.holds


def test_a_fork_that_is_found_at_work_lets_no_part_begin(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    vouched = Vouched()
    publisher = Publisher(small_company.garage, small_company.log, small_company.topic)
    publisher._vouch(vouched)
    assert vouched.holds

    def forked(*_: Any) -> None:
        raise ForkedLogError

    monkeypatch.setattr(publishing, "vouch", forked)
    with pytest.raises(ForkedLogError):
        publisher._vouch(vouched)

    assert not vouched.holds


def test_who_waits_to_be_vouched_for_ends_when_asked_to() -> None:
    vouched, told = Vouched(), list[bool]()
    with in_a_thread(lambda stop: told.append(vouched.wait(stop))):
        assert told == []

    assert told == [False]


def halt(store: Store) -> None:
    with store.database.writing() as connection:
        halting.halt(connection, "log-forked", "made by a test")


def losing_once(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The first batch meets a connection that is lost; set as soon as that has happened."""
    lost, take = threading.Event(), Intake.take

    def losing(self: Intake, *arguments: Any) -> Any:
        if lost.is_set():
            return take(self, *arguments)
        lost.set()
        raise OperationalError("COMMIT", None, ConnectionError("gone"))

    monkeypatch.setattr(Intake, "take", losing)
    return lost


@contextmanager
def held(company: Company) -> Iterator[None]:
    """Another process publishes."""
    with publisher_lock(company.garage.database) as mine:
        assert mine is not None
        yield


@contextmanager
def in_a_thread(run: Callable[[Stop], Any]) -> Iterator[None]:
    """At work until the end of the block."""
    stop = Stop()
    thread = threading.Thread(target=run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
