"""Transactions that race: whatever they ask, what they were told is what some order of them would have told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import ids
from shared.database import Database
from shared.decider import Snapshot
from shared.errors import Conflict, Refused
from shared.eventstore import Store
from tests.support import parking_company as company
from tests.support.chance import tried_sparingly
from tests.support.garage import OFFICE, garage_store
from tests.support.migrated import migrated

COMMANDS = st.one_of(
    st.sampled_from(["EK 1", "EK 2", "EK 3"]).map(
        lambda car: company.RentPlace(place="a", car=car, garage_id="g")
    ),
    st.just(company.FreePlace(place="a", garage_id="g")),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def garage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path}/garage.db"
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("postgres_database")
        url = make()
    database = Database(url)
    store = garage_store(database)
    migrated(database, models={company.SERVICE: store.projections})
    yield store
    database.close()


@tried_sparingly
@given(before=st.lists(COMMANDS, max_size=2), asked=st.lists(COMMANDS, min_size=2, max_size=4))
def test_of_transactions_that_saw_the_same_version_one_has_an_effect(
    garage: Store, before: Sequence[Any], asked: Sequence[Any]
) -> None:
    stream = company.places.stream("g", ids.new_id())
    for command in before:
        _ask(garage, stream, command, None)
    with garage.transaction(OFFICE) as transaction:
        seen = transaction.load(company.places, stream)
    told = _race(garage, stream, asked, seen)

    effects = [events for events in told if isinstance(events, list) and events]

    assert len(effects) <= 1
    assert len(garage.history(stream=stream)) == seen.version + len(effects)
    if not effects:
        assert "conflict" not in told


@tried_sparingly
@given(asked=st.lists(COMMANDS, min_size=2, max_size=4))
def test_what_racers_are_told_is_what_some_order_of_them_tells(garage: Store, asked: Sequence[Any]) -> None:
    stream = company.places.stream("g", ids.new_id())
    told = _race(garage, stream, asked, None)

    assert any(
        _in_turn([asked[number] for number in order]) == [told[number] for number in order]
        for order in itertools.permutations([n for n, one in enumerate(told) if one != "conflict"])
    )


def _race(store: Store, stream: str, asked: Sequence[Any], known: Snapshot[Any] | None) -> list[Any]:
    """All at once; what each was told: its events, the code of a refusal, or that somebody was faster."""
    start = Barrier(len(asked))

    def run(command: Any) -> Any:
        start.wait()
        return _ask(store, stream, command, known)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(run, asked))


def _ask(store: Store, stream: str, command: Any, known: Snapshot[Any] | None) -> Any:
    try:
        handled = store.handle(company.places, stream, command, OFFICE, known=known)
    except Conflict:
        return "conflict"
    except Refused as refusal:
        return refusal.code
    return [recorded.event for recorded in handled.events]


def _in_turn(commands: Sequence[Any]) -> list[Any]:
    """What the rules alone tell, one after the other."""
    place, told = company.places.initial, list[Any]()
    for command in commands:
        try:
            events = list(company.places.decide(place, command))
        except Refused as refusal:
            told.append(refusal.code)
            continue
        place = company.places.fold(events, place)
        told.append(events)
    return told
