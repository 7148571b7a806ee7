"""Whoever mends what is parked, and however often or at the same time: each event has its effect once, in order."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from shared import mending
from shared.mending import Replayed
from shared.messages import Recorded
from shared.readmodels import Projection, Row
from shared.rebuilding import rebuild
from shared.replaying import TakenIn
from shared.tables import parked
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
        while not connection.execution_options(isolation_level="AUTOCOMMIT").execute(query).scalar():
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
    until_somebody_waits(small_company)
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

    def discard(key: str) -> None:
        given_up.extend(
            mending.discard_first(
                small_company.billing, small_company.consumer, key=key, actor="operator/x", because="wrong"
            )
        )

    def fold(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
        if not given_up:
            other = {"g1": "g2", "g2": "g1"}[recorded.event.garage_id]
            somebody = threading.Thread(target=discard, args=[other])
            somebody.start()
            somebody.join(PATIENCE)
        return count_rent(row, recorded)

    mended = small_company.broken(projections=[Projection(table=garages, on={PlaceRented: fold})])
    done = mending.replay(small_company.billing, mended)

    (ledger,) = small_company.rows(small_company.billing, parked)
    assert (ledger["state"], ledger["settled_because"]) == ("discarded", "wrong")
    assert [(one.taken, one.left) for one in done] == [(1, 0), (0, 0)]
    source = TakenIn(small_company.billing, small_company.log, small_company.consumer)
    assert rebuild(source, promote=False).differences == []
