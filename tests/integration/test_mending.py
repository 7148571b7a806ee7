"""Whoever mends what is parked, and however often or at the same time: each event has its effect once, in order."""

from __future__ import annotations

import json
import threading
import time

import pytest
from sqlalchemy import Connection, text, update

from shared import mending
from shared.comparing import Difference
from shared.mending import EarlierVersionWaits, Replayed
from shared.messages import Recorded
from shared.readmodels import Projection, Row
from shared.rebuilding import rebuild
from shared.replaying import Batches, TakenIn
from shared.tables import parked, stream_progress
from tests.integration.test_vouching import recreate
from tests.support.garage import Company
from tests.support.parking_company import PlaceRented, charges, count_rent, garages

PATIENCE = 30.0
PARKED = [("g1", "parked", "handler-failed"), ("g1", "blocked", "follows")]


def failing(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
    if recorded.event.place == "bad":
        raise ZeroDivisionError("the fold has a bug")
    return count_rent(row, recorded)


def park(company: Company, *rented: tuple[str, str]) -> None:
    """These places of these garages, taken in by code with a bug."""
    for place, garage in rented:
        company.rent(place, garage=garage)
    company.publish()
    company.take_in(company.broken(projections=[Projection(table=garages, on={PlaceRented: failing})]))


def until_somebody_waits(company: Company) -> None:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + PATIENCE
    with company.billing.database.engine.connect() as connection:
        looking = connection.execution_options(isolation_level="AUTOCOMMIT")
        while not looking.execute(query).scalar():
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_of_two_replays_at_once_each_record_is_taken_in_by_one(small_company: Company) -> None:
    park(small_company, ("bad", "g1"), ("c", "g1"))
    assert small_company.waiting() == PARKED
    first_is_folding, go = threading.Event(), threading.Event()

    def slow(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
        if not first_is_folding.is_set():
            first_is_folding.set()
            assert go.wait(PATIENCE)
        return count_rent(row, recorded)

    mended = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: slow})])
    done: list[Replayed] = []
    replays = [
        threading.Thread(target=lambda: done.extend(mending.replay(small_company.billing, mended)))
        for _ in range(2)
    ]
    replays[0].start()
    assert first_is_folding.wait(PATIENCE)
    replays[1].start()  # it reads what waits while the first has not committed
    try:
        until_somebody_waits(small_company)
    finally:
        go.set()
    for thread in replays:
        thread.join(PATIENCE)

    assert small_company.rents() == {"g1": 2}
    assert sum(row["total"] for row in small_company.rows(small_company.billing, charges)) == 200
    assert (sum(one.taken for one in done), [one.left for one in done]) == (2, [0, 0])
    assert small_company.waiting() == []


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_what_somebody_gives_up_during_a_replay_stays_given_up(small_company: Company) -> None:
    park(small_company, ("bad", "g1"), ("bad", "g2"))
    given_up: list[str] = []

    def give_up(key: str) -> None:
        given_up.extend(
            mending.discard_first(
                small_company.billing, small_company.consumer, key=key, actor="operator/x", because="wrong"
            )
        )

    def fold(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
        if not given_up:
            other = {"g1": "g2", "g2": "g1"}[recorded.event.garage_id]
            somebody = threading.Thread(target=give_up, args=[other])
            somebody.start()
            somebody.join(PATIENCE)
        return count_rent(row, recorded)

    mended = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: fold})])
    done = mending.replay(small_company.billing, mended)

    (ledger,) = small_company.rows(small_company.billing, parked)
    assert (ledger["state"], ledger["settled_because"]) == ("discarded", "wrong")
    assert [(one.taken, one.left) for one in done] == [(1, 0), (0, 0)]
    assert differences(small_company) == []


def lay(company: Company, *numbers: int) -> None:
    """These of the published events on the topic, in this order, as a batch that failed within may leave it."""
    documents = sorted((record.value or b"" for record in company.records()), key=number_of)
    recreate(company)
    for number in numbers:
        company.log.append(company.topic, [("g1", documents[number - 1])])


def number_of(document: bytes) -> int:
    return int(json.loads(document)["sequence"])


def rent_thrice(company: Company) -> None:
    """One stream of five events; the first, third and fifth rent."""
    for number in range(3):
        company.rent("a", car=f"EK {number}")
        if number < 2:
            company.free("a")
    company.publish()


def differences(company: Company) -> list[Difference]:
    return rebuild(TakenIn(company.billing, company.log, company.consumer), promote=False).differences


def discard(company: Company) -> list[str]:
    return mending.discard_first(
        company.billing, company.consumer, key="g1", actor="operator/x", because="test"
    )


def test_a_gap_that_is_filled_behind_what_waits_for_it_is_mended_by_a_replay(small_company: Company) -> None:
    rent_thrice(small_company)
    lay(small_company, 1, 2, 4, 5, 3, 4, 5)
    small_company.take_in()
    assert small_company.waiting() == [
        ("g1", "blocked", "follows"),
        ("g1", "parked", "hole"),
        *[("g1", "blocked", "hole")] * 3,
    ]

    (done,) = mending.replay(small_company.billing, small_company.consumer)

    assert (done.taken, done.left) == (5, 0)
    assert small_company.rents() == {"g1": 3}
    assert [row["total"] for row in small_company.rows(small_company.billing, charges)] == [300]
    assert differences(small_company) == []


def test_nothing_is_given_up_for_a_gap_that_is_filled_behind_it(small_company: Company) -> None:
    rent_thrice(small_company)
    lay(small_company, 1, 2, 4, 5, 3, 4, 5)
    small_company.take_in()

    with pytest.raises(EarlierVersionWaits, match="Version 3 of place-g1/a waits as well"):
        discard(small_company)

    assert len(small_company.waiting()) == 5


def test_a_hole_stops_a_replay(small_company: Company) -> None:
    rent_thrice(small_company)
    lay(small_company, 1, 3)
    small_company.take_in()

    (done,) = mending.replay(small_company.billing, small_company.consumer)

    assert (done.taken, done.left) == (0, 1)
    assert "Version 2 of place-g1/a is missing" in done.why
    assert small_company.rents() == {"g1": 1}
    assert small_company.waiting() == [("g1", "parked", "failed-again")]


def test_who_gives_up_what_waits_for_a_gap_gives_up_nothing_that_is_missing(small_company: Company) -> None:
    rent_thrice(small_company)
    lay(small_company, 1, 3, 2, 3, 4, 5)
    small_company.take_in(records=[r for r in small_company.records() if r.offset < 2])

    discard(small_company)
    small_company.take_in()

    assert small_company.rents() == {"g1": 3}
    assert small_company.waiting() == []
    assert differences(small_company) == []


def test_what_failed_is_given_up_before_what_waits_behind_it(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    forged = json.loads(record.value or b"") | {
        "id": "forged",
        "stream": "place-g1/x",
        "sequence": f"{9:020}",
    }
    forged["streamversion"] = forged["data"]["version"] = 9
    small_company.log.append(small_company.topic, [("g1", json.dumps(forged).encode())])
    small_company.rent("b")
    small_company.publish()
    small_company.take_in()

    discard(small_company)
    mending.replay(small_company.billing, small_company.consumer)

    assert small_company.rents() == {"g1": 2}


def test_a_record_under_another_key_than_its_document_says_fails_again(small_company: Company) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    recreate(small_company)
    small_company.log.append(small_company.topic, [("g2", record.value or b"")])
    small_company.take_in()

    (done,) = mending.replay(small_company.billing, small_company.consumer)
    assert (done.taken, done.left) == (0, 1)

    mending.discard_first(
        small_company.billing, small_company.consumer, key="g2", actor="operator/x", because="misplaced"
    )
    small_company.log.append(small_company.topic, [("g1", record.value or b"")])
    small_company.take_in()

    assert small_company.rents() == {"g1": 1}


def test_what_an_earlier_discard_of_a_hole_let_pass_is_in_a_rebuild(small_company: Company) -> None:
    """Its version counted as seen then, whatever was missing before it."""
    rent_thrice(small_company)
    lay(small_company, 1, 3, 4, 5)
    small_company.take_in(records=[r for r in small_company.records() if r.offset < 2])
    with small_company.billing.database.writing() as connection:
        connection.execute(update(parked).values(state="discarded"))
        connection.execute(update(stream_progress).values(version=3))
    small_company.take_in()

    assert small_company.rents() == {"g1": 2}
    assert differences(small_company) == []


class Interrupted(TakenIn):
    """Somebody replays what is parked after the rest is read, before anybody feeds the new build."""

    somebody: threading.Thread

    def rest(self, connection: Connection) -> Batches:
        yield from super().rest(connection)
        self.somebody.start()
        self.somebody.join(1.0)  # if nothing holds it up it has ended long before


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_who_mends_while_a_rebuild_reads_the_rest_feeds_the_new_build_as_well(small_company: Company) -> None:
    park(small_company, ("bad", "g1"))
    source = Interrupted(small_company.billing, small_company.log, small_company.consumer)
    source.somebody = threading.Thread(
        target=mending.replay, args=(small_company.billing, small_company.consumer)
    )

    rebuild(source, promote=True)
    source.somebody.join(PATIENCE)

    assert small_company.waiting() == []
    assert small_company.rents() == {"g1": 1}
