"""The work: figures of population, five for each municipality, two hundred municipalities at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from services.membership.contract import MunicipalityId, PopulationUpdated
from services.membership.population.domain import RecordPopulation, population
from shared import clock, ids
from shared.codec import Codec
from shared.messages import Context

PER_STREAM = 5
OPEN = 200
DAY = date(2026, 1, 1)
SOURCE = "SSB tabell 07459"
CONTEXT = Context(actor="client/bench", correlation_id="0197a2c4-1f6e-7c3a-9a55-3f0d8f5a7b11")
COLUMNS = (
    "event_id, stream, version, key, subject, type, time, recorded_at, actor,"
    " correlation_id, causation_id, example, data"
)
MARKS = ", ".join("?" for _ in COLUMNS.split(","))


class Fact(NamedTuple):
    """The figure of one municipality, known better each time."""

    municipality_id: MunicipalityId
    version: int

    @property
    def inhabitants(self) -> int:
        """A figure that differs from the one before."""
        return 10_000 + self.version

    @property
    def command(self) -> RecordPopulation:
        """The fact as a command asks for it."""
        return RecordPopulation(
            municipality_id=self.municipality_id, as_of=DAY, inhabitants=self.inhabitants, source=SOURCE
        )

    @property
    def event(self) -> PopulationUpdated:
        """The fact as it is stored."""
        return PopulationUpdated(
            municipality_id=self.municipality_id,
            as_of=DAY,
            inhabitants=self.inhabitants,
            source=SOURCE,
            replaces=self.inhabitants - 1 if self.version > 1 else None,
        )

    @property
    def stream(self) -> str:
        """The stream that it belongs to."""
        return population.stream(self.municipality_id)


def facts(count: int) -> Iterator[Fact]:
    """`count` facts about municipalities that nobody has heard of before."""
    waiting = deque(Fact(MunicipalityId(ids.new_id()), 1) for _ in range(min(OPEN, count)))
    for _ in range(count):
        fact = waiting.popleft()
        yield fact
        last = fact.version == PER_STREAM
        waiting.append(
            Fact(MunicipalityId(ids.new_id()), 1) if last else Fact(fact.municipality_id, fact.version + 1)
        )


def stored(fact: Fact, codec: Codec) -> tuple[Any, ...]:
    """The row of `events` (`COLUMNS`) that appending `fact` leads to."""
    event = fact.event
    return (
        ids.new_id(),
        fact.stream,
        fact.version,
        fact.municipality_id,
        population.subject(fact.stream),
        event.type_name(),
        clock.moment(clock.start_of(DAY)),
        clock.moment(clock.real_now()),
        CONTEXT.actor,
        CONTEXT.correlation_id,
        None,
        False,
        codec.encode(event, {} if fact.version == 1 else {"inhabitants": fact.inhabitants - 1}, fact.version),
    )
