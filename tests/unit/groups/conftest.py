"""Groups on a small database of its own, with membership's word fed in by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.groups import contract
from services.groups.consumer import CONSUMERS
from services.groups.groups.domain import groups
from services.groups.seats.domain import seats
from services.groups.seats.queries import seat_rows, seated, term_rows
from services.groups.store import OWN, RULES
from services.membership import contract as membership
from shared import clock
from shared.database import Database
from shared.decider import Decider
from shared.eventstore import Handled, Store
from shared.intake import apply
from shared.messages import Context, Event, Recorded
from shared.readmodels import Row
from shared.scheduling import Schedule
from tests.support.migrated import migrated

OFFICE = Context(actor="office", correlation_id="test")
MEMBERSHIP, OWN_TOPIC = CONSUMERS


class Stage:
    """The service with its consumers, taken step by step."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._told = 0
        self._followed = 0

    def told(self, *events: Event, on: date = date(2026, 3, 1)) -> None:
        """Membership says so, and it was recorded on that day."""
        for event in events:
            self._told += 1
            with self.store.transaction(OFFICE) as transaction:
                apply(transaction, MEMBERSHIP, [(_recorded(event, self._told, on), b"")])
        self.follow()

    def asked(self, decider: Decider[Any, Any, Any], stream: str, command: Any) -> Handled:
        """Somebody asks for something here."""
        handled = self.store.handle(decider, stream, command, OFFICE)
        self.follow()
        return handled

    def happened(self, *events: Event) -> None:
        """A group's own history, written as it stands."""
        for event in events:
            group_id = event.group_id  # type: ignore[attr-defined]  # only events of groups are given
            stream = groups.stream(group_id)
            self.asked(_AS_IT_STANDS, stream, event)

    def follow(self) -> None:
        """Take in the own events that have not been taken in."""
        while new := self.store.history()[self._followed :]:
            self._followed += len(new)
            with self.store.transaction(OFFICE) as transaction:
                apply(transaction, OWN_TOPIC, [(event, b"") for event in new])

    def day_comes(self, day: date) -> int:
        """The schedule looks at the day; the number of commands that led to something."""
        return Schedule(self.store, RULES).write_due(day)

    def seats(self, municipality_id: str, as_of: date) -> list[Row]:
        """What the municipality's page shows on the day."""
        with self.store.reading() as connection:
            return seated(
                seat_rows(connection, municipality_id=municipality_id),
                term_rows(connection, municipality_id=municipality_id),
                as_of,
            )

    def events(self) -> list[str]:
        """The names of what has happened here, in order."""
        return [type(recorded.event).__name__ for recorded in self.store.history()]

    def appoint(self, command: Any) -> Handled:
        """Fill a seat."""
        return self.asked(seats, seats.stream(command.municipality_id, command.group_id), command)


_AS_IT_STANDS: Decider[None, Event, Event] = Decider(
    category="group", initial=None, decide=lambda _, event: [event], evolve=lambda _, __: None
)


def _recorded(event: Event, version: int, on: date) -> Recorded[Any]:
    moment = clock.moment(clock.start_of(on))
    municipality_id = event.municipality_id  # type: ignore[attr-defined]  # every event that is told has one
    return Recorded(
        event=event,
        event_id=f"told-{version}",
        service=membership.SERVICE,
        stream=f"municipality-{municipality_id}",
        version=version,
        key=municipality_id,
        subject=f"municipality/{municipality_id}",
        type=event.type_name(),
        time=moment,
        recorded_at=moment,
        actor="office",
        correlation_id="test",
        sequence=version,
    )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    database = Database(f"sqlite:///{tmp_path}/groups.db")
    migrated(database, models={contract.SERVICE: OWN, MEMBERSHIP.name: MEMBERSHIP.projections})
    store = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=database,
        source="https://example.org/groups",
    )
    yield Stage(store)
    database.close()
