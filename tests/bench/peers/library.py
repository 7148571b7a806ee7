"""The peer: the same facts kept by the library `eventsourcing`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy.engine import make_url

from tests.bench.facts import DAY, OPEN, SOURCE, Fact, facts


class Population(Aggregate):
    """The figures of one municipality."""

    def __init__(self, municipality_id: str, as_of: str, inhabitants: int, source: str) -> None:
        """The first figure."""
        self.municipality_id = municipality_id
        self.as_of, self.inhabitants, self.source = as_of, inhabitants, source

    @event("FigureReplaced")
    def replace(self, as_of: str, inhabitants: int, source: str, replaces: int) -> None:
        """A better figure for the same date."""
        self.as_of, self.inhabitants, self.source, self.replaces = as_of, inhabitants, source, replaces


def environment(url: str) -> dict[str, str]:
    """The peer's settings for the database at `url`."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(place.database)}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(place.database),
        "POSTGRES_HOST": str(place.host),
        "POSTGRES_PORT": str(place.port),
        "POSTGRES_USER": str(place.username),
        "POSTGRES_PASSWORD": str(place.password),
    }


@contextmanager
def application(url: str, *, tables: bool = True) -> Iterator[Application[UUID]]:
    """The peer's application on the database at `url`; `tables`: which it makes where they are missing."""
    peer: Application[UUID] = Application(environment(url) | {"CREATE_TABLE": "yes" if tables else "no"})
    try:
        yield peer
    finally:
        peer.close()


def fill(peer: Application[UUID], count: int) -> list[UUID]:
    """Save `count` events, many in each commit; the ids of the streams."""
    open_ones: dict[str, Population] = {}
    unsaved: dict[str, Population] = {}
    for fact in facts(count):
        one = open_ones.get(fact.municipality_id)
        if one is None:
            one = Population(fact.municipality_id, DAY.isoformat(), fact.inhabitants, SOURCE)
            open_ones[fact.municipality_id] = one
        else:
            one.replace(DAY.isoformat(), fact.inhabitants, SOURCE, one.inhabitants)
        unsaved[fact.municipality_id] = one
        if len(unsaved) >= OPEN:
            peer.save(*unsaved.values())
            unsaved.clear()
    peer.save(*unsaved.values())
    return [one.id for one in open_ones.values()]


class Writer:
    """Saves facts one by one: aggregates stay in memory, or are loaded for each."""

    def __init__(self, peer: Application[UUID], *, loads: bool) -> None:
        """`loads`: as a command that comes over HTTP must."""
        self._peer = peer
        self._loads = loads
        self._open: dict[str, Population | UUID] = {}

    def save(self, fact: Fact) -> int:
        """One event, one commit; the event's number in the application's sequence."""
        held = self._open.get(fact.municipality_id)
        if held is None:
            one = Population(fact.municipality_id, DAY.isoformat(), fact.inhabitants, SOURCE)
            self._open[fact.municipality_id] = one.id if self._loads else one
        else:
            one = self._peer.repository.get(held) if isinstance(held, UUID) else held
            one.replace(DAY.isoformat(), fact.inhabitants, SOURCE, one.inhabitants)
        return int(self._peer.save(one)[-1].notification.id)
