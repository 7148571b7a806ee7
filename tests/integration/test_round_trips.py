"""How often PostgreSQL is asked about one event by itself, on its way from one service to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from shared import ids
from shared.database import Database
from shared.intake import Intake
from shared.log.embedded import EmbeddedLog
from shared.publishing import Publisher, publisher_lock
from tests.support.garage import Company
from tests.support.round_trips import round_trips

pytestmark = pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)

LOCK_AND_UNLOCK = 2


@pytest.fixture
def travelled(make_database: Callable[[str], Database], tmp_path: Path) -> Iterator[Company]:
    """One event has gone the whole way, so that connections are made and everybody knows where it stands."""
    with closing(
        Company(make_database, EmbeddedLog(tmp_path / "log.db"), f"t{ids.new_id()[-12:]}.")
    ) as company:
        company.rent("first")
        company.publish()
        company.take_in()
        yield company


def test_an_event_by_itself_is_published_in_two(travelled: Company) -> None:
    """See, number and read it, and keep that it was sent."""
    publisher = Publisher(travelled.garage, travelled.log, travelled.topic)
    _publish(publisher)  # nothing is left over from before
    travelled.rent("second")

    trips = round_trips(travelled.garage.database, lambda: _publish(publisher))

    assert trips == LOCK_AND_UNLOCK + 2


def test_a_ring_without_an_event_costs_the_publisher_one(travelled: Company) -> None:
    publisher = Publisher(travelled.garage, travelled.log, travelled.topic)
    _publish(publisher)

    trips = round_trips(travelled.garage.database, lambda: _publish(publisher))

    assert trips == LOCK_AND_UNLOCK + 1


def test_an_event_by_itself_is_taken_in_in_ten(travelled: Company) -> None:
    """Position, what waits, versions found and kept, builds, a row found and kept, and the ring, in a transaction."""
    held = travelled.held()
    travelled.rent("second")
    travelled.publish()
    news = [r for r in travelled.records() if r.offset >= held[r.topic, r.partition].next_offset]
    intake = Intake(travelled.billing, replace(travelled.consumer, policies=()))

    trips = round_trips(travelled.billing.database, lambda: intake.take(news, held))

    assert trips == 10


def _publish(publisher: Publisher) -> None:
    with publisher_lock(publisher._store.database) as locked:
        assert locked is not None
        publisher.publish(locked)
