"""A municipality has one membership at a time, also when two versions are decided on at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.membership import contract
from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import SetJoiningDate
from services.membership.memberships.domain.refusals import MembershipsOverlap
from services.membership.memberships.handlers import facts
from services.membership.store import OWN
from shared import builds
from shared.database import Database
from shared.decider import Decider
from shared.eventstore import Store
from shared.messages import Context, Event
from shared.migrating import migrate
from tests.support.examples import membership as happened

TODAY = date(2023, 6, 1)
OFFICE = Context(actor="office", correlation_id="test")


@pytest.fixture
def store(make_database: Callable[[str], Database]) -> Store:
    """Lyngen stands before its joining date under version 1 and under version 2."""
    database = make_database("membership")
    migrate(database, Path("services/membership/migrations"))
    made = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=database,
        source="https://example.org/membership",
    )
    with database.writing() as connection:
        build = builds.create_build(connection, made.service, made.projections)
        builds.promote(connection, made.service, build)
    written(made, "municipality", happened.LYNGEN, happened.municipality_registered())
    for version in (1, 2):
        written(
            made, "agreement", str(version), happened.agreement_version_published(agreement_version=version)
        )
        written(
            made,
            "membership",
            f"{happened.LYNGEN}/{version}",
            happened.municipality_invited(agreement_version=version),
            happened.council_resolved(agreement_version=version),
            happened.agreement_signed(agreement_version=version),
            happened.agreement_received(agreement_version=version),
        )
    return made


def written(store: Store, category: str, stream: str, *events: Event) -> None:
    """History as it stands."""
    decider: Decider[None, Event, Event] = Decider(
        category=category,
        about=None if category == "agreement" else "municipality",
        initial=None,
        decide=lambda _, event: [event],
        evolve=lambda _, __: None,
    )
    for event in events:
        store.handle(decider, decider.stream(stream), event, OFFICE)


def join(store: Store, version: int, looked: Callable[[], None]) -> None:
    """Look at the facts, then join from the first day of 2023."""
    with store.transaction(OFFICE) as transaction:
        known = facts(transaction.connection, happened.LYNGEN, version, TODAY)
        looked()
        command = SetJoiningDate(
            municipality_id=happened.LYNGEN,
            agreement_version=version,
            facts=known,
            today=TODAY,
            member_from=date(2023, 1, 1),
        )
        transaction.handle(memberships, memberships.stream(happened.LYNGEN, str(version)), command)


def test_of_two_versions_joined_at_once_one_is_refused(store: Store) -> None:
    first_has_looked = threading.Event()

    def take_time() -> None:
        first_has_looked.set()
        time.sleep(0.5)

    first = threading.Thread(target=join, args=(store, 2, take_time))
    first.start()
    assert first_has_looked.wait(30)
    with pytest.raises(MembershipsOverlap):
        join(store, 1, lambda: None)
    first.join()

    joined = [one for one in store.history() if isinstance(one.event, contract.MunicipalityJoined)]
    assert [one.event.agreement_version for one in joined] == [2]
