"""Rules about inhabitants: one figure per municipality and date, replaced when re-issued."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.membership.contract import MunicipalityId, PopulationUpdated
from shared.decider import Decider
from shared.errors import Refused


@dataclass(frozen=True, kw_only=True)
class RecordPopulation:
    """The number of inhabitants on `as_of`; `published_on` None where it is not known."""

    municipality_id: MunicipalityId
    as_of: date
    inhabitants: int
    source: str
    published_on: date | None = None
    invented: bool = False


class NotAFigure(Refused):
    """Nobody living there means that the code did not exist then, never that nobody did."""

    code = "not-a-population"
    status = 422
    nb = "Folketallet må være større enn 0. En tom kommune betyr at nummeret ikke fantes da."


class SourceMissing(Refused):
    """A figure says who gives it."""

    code = "source-missing"
    status = 422
    nb = "Skriv hvor folketallet kommer fra."


@dataclass(frozen=True, kw_only=True)
class Population:
    """The latest figure for each date."""

    figures: tuple[PopulationUpdated, ...] = ()

    def on(self, day: date) -> PopulationUpdated | None:
        """The figure for exactly that date."""
        return next((figure for figure in self.figures if figure.as_of == day), None)


def evolve(population: Population, event: PopulationUpdated) -> Population:
    """The figures after `event`; a re-issued one takes the place of the earlier."""
    others = (figure for figure in population.figures if figure.as_of != event.as_of)
    return replace(population, figures=(*others, event))


def decide(population: Population, command: RecordPopulation) -> list[PopulationUpdated]:
    """Record the figure; the same one again is nothing new.

    A day of publishing or a source that we did not know before makes it known better.
    """
    if command.inhabitants <= 0:
        raise NotAFigure("A population is greater than zero.", field="inhabitants")
    if not command.source.strip():
        raise SourceMissing("A figure says who gives it.", field="source")
    known = population.on(command.as_of)
    if known is not None and not _says_more(known, command):
        return []
    return [
        PopulationUpdated(
            municipality_id=command.municipality_id,
            as_of=command.as_of,
            inhabitants=command.inhabitants,
            source=command.source.strip(),
            published_on=command.published_on,
            replaces=known.inhabitants if known else None,
            invented=command.invented,
        )
    ]


def replaced(population: Population, event: PopulationUpdated) -> dict[str, Any]:
    """The figure that `event` puts an end to."""
    known = population.on(event.as_of)
    if known is None or known.inhabitants == event.inhabitants:
        return {}
    return {"inhabitants": known.inhabitants}


def _says_more(known: PopulationUpdated, command: RecordPopulation) -> bool:
    return (
        command.inhabitants != known.inhabitants
        or command.source.strip() != known.source
        or command.invented != known.invented
        or (command.published_on is not None and command.published_on != known.published_on)
    )


population = Decider(
    category="population",
    initial=Population(),
    decide=decide,
    evolve=evolve,
    about="municipality",
    previous=replaced,
)
