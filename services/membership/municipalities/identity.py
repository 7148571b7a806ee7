"""What is known of one municipality: dated facts, and how each event changes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias, TypeVar

from services.membership.contract import (
    MunicipalityBoundaryAdjusted,
    MunicipalityCorrected,
    MunicipalityId,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
    Names,
)

IdentityEvent: TypeAlias = (
    MunicipalityRegistered
    | MunicipalityRenumbered
    | MunicipalityRenamed
    | MunicipalityMerged
    | MunicipalitySplit
    | MunicipalityBoundaryAdjusted
    | MunicipalityCorrected
)

FactName: TypeAlias = Literal["number", "organisation_number", "name_nb", "name_se", "name_fkv", "valid_from"]
"""The facts of identity that can be corrected, as the contract names them."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A fact that holds from a date on, until the next of its kind."""

    valid_from: date


@dataclass(frozen=True, kw_only=True)
class NumberFrom(Dated):
    """The number, and with it the county; None for an invented municipality."""

    number: str | None
    county_number: str | None


@dataclass(frozen=True, kw_only=True)
class NamesFrom(Dated):
    """All official names."""

    names: Names


@dataclass(frozen=True, kw_only=True)
class OrganisationFrom(Dated):
    """The organisation number; None for an invented municipality."""

    organisation_number: str | None


Fact = TypeVar("Fact", bound=Dated)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A change of the map that this municipality took part in.

    For a boundary adjustment `before` is the giver, who goes on, and `after` the receivers.
    """

    kind: Literal["merger", "split", "boundary_adjustment"]
    on: date
    before: tuple[MunicipalityId, ...]
    after: tuple[MunicipalityId, ...]


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """Every dated fact in the order of its dates; nothing at all until it is registered.

    A fact holds from its date until before the next one's. `ceased_on` is the first day on
    which the municipality no longer exists.
    """

    municipality_id: MunicipalityId | None = None
    numbers: tuple[NumberFrom, ...] = ()
    names: tuple[NamesFrom, ...] = ()
    organisations: tuple[OrganisationFrom, ...] = ()
    links: tuple[Link, ...] = ()
    ceased_on: date | None = None
    invented: bool = False

    @property
    def registered(self) -> bool:
        """Whether the municipality is known at all."""
        return self.municipality_id is not None

    @property
    def since(self) -> date:
        """The first date for which anything is known; only of a registered municipality."""
        return self.names[0].valid_from

    def starts(self) -> set[date]:
        """The dates on which a number, a set of names or an organisation number begins."""
        return {fact.valid_from for fact in (*self.numbers, *self.names, *self.organisations)}


def holding(facts: Sequence[Fact], day: date) -> Fact | None:
    """The fact that holds on `day`, None before the first."""
    found = [fact for fact in facts if fact.valid_from <= day]
    return found[-1] if found else None


def intervals(facts: Sequence[Fact]) -> Iterator[tuple[Fact, date | None]]:
    """Each fact with the first day on which it no longer holds (None: it still does)."""
    ends = [fact.valid_from for fact in facts[1:]]
    return zip(facts, [*ends, None], strict=False)  # of no facts there is no end either


def value_of(municipality: Municipality, fact: FactName, valid_from: date) -> str | None:
    """What the dated fact that begins on `valid_from` says; LookupError if none begins then."""
    match fact:
        case "number":
            return _beginning(municipality.numbers, valid_from).number
        case "organisation_number":
            return _beginning(municipality.organisations, valid_from).organisation_number
        case "name_nb":
            return _beginning(municipality.names, valid_from).names.nb
        case "name_se":
            return _beginning(municipality.names, valid_from).names.se
        case "name_fkv":
            return _beginning(municipality.names, valid_from).names.fkv
        case "valid_from":
            if valid_from not in municipality.starts():
                raise LookupError(valid_from)
            return valid_from.isoformat()


def county_of(number: str) -> str:
    """The county's number: the first two digits (SSB KLASS 104 and 131)."""
    return number[:2]


def evolve(municipality: Municipality, event: IdentityEvent) -> Municipality:  # noqa: PLR0911  # one per event
    """The facts after `event`."""
    match event:
        case MunicipalityRegistered():
            return _registered(event)
        case MunicipalityRenumbered():
            number = NumberFrom(
                valid_from=event.valid_from, number=event.number, county_number=event.county_number
            )
            return replace(municipality, numbers=(*municipality.numbers, number))
        case MunicipalityRenamed():
            names = NamesFrom(valid_from=event.valid_from, names=event.names)
            return replace(municipality, names=(*municipality.names, names))
        case MunicipalityMerged():
            return _linked(municipality, link_of(event), ceases=event.municipality_id != event.successor)
        case MunicipalitySplit():
            return _linked(municipality, link_of(event), ceases=event.municipality_id == event.predecessor)
        case MunicipalityBoundaryAdjusted():
            return _linked(municipality, link_of(event), ceases=False)
        case MunicipalityCorrected():
            return _corrected(municipality, event)


def link_of(event: MunicipalityMerged | MunicipalitySplit | MunicipalityBoundaryAdjusted) -> Link:
    """The change of the map that `event` tells of."""
    match event:
        case MunicipalityMerged():
            return Link(
                kind="merger", on=event.merged_on, before=event.predecessors, after=(event.successor,)
            )
        case MunicipalitySplit():
            return Link(kind="split", on=event.split_on, before=(event.predecessor,), after=event.successors)
        case MunicipalityBoundaryAdjusted():
            return Link(
                kind="boundary_adjustment",
                on=event.adjusted_on,
                before=(event.giver,),
                after=event.receivers,
            )


def moved(municipality: Municipality, day: date, target: date) -> Municipality:
    """The facts, where everything that begins on `day` begins on `target` instead."""
    return replace(
        municipality,
        numbers=_moved(municipality.numbers, day, target),
        names=_moved(municipality.names, day, target),
        organisations=_moved(municipality.organisations, day, target),
    )


def _registered(event: MunicipalityRegistered) -> Municipality:
    start = event.valid_from
    return Municipality(
        municipality_id=event.municipality_id,
        numbers=(NumberFrom(valid_from=start, number=event.number, county_number=event.county_number),),
        names=(NamesFrom(valid_from=start, names=event.names),),
        organisations=(OrganisationFrom(valid_from=start, organisation_number=event.organisation_number),),
        invented=event.invented,
    )


def _linked(municipality: Municipality, link: Link, *, ceases: bool) -> Municipality:
    return replace(
        municipality,
        links=(*municipality.links, link),
        ceased_on=link.on if ceases else municipality.ceased_on,
    )


def _corrected(municipality: Municipality, event: MunicipalityCorrected) -> Municipality:
    """Replace the value of the fact that begins on the event's date, or move that date."""
    day, new = event.valid_from, event.new_value
    if event.fact == "valid_from" and new is not None:
        return moved(municipality, day, date.fromisoformat(new))
    return replace(
        municipality,
        numbers=tuple(
            replace(fact, number=new, county_number=county_of(new) if new else None)
            if event.fact == "number" and fact.valid_from == day
            else fact
            for fact in municipality.numbers
        ),
        names=tuple(
            replace(fact, names=_renamed(fact.names, event.fact, new)) if fact.valid_from == day else fact
            for fact in municipality.names
        ),
        organisations=tuple(
            replace(fact, organisation_number=new)
            if event.fact == "organisation_number" and fact.valid_from == day
            else fact
            for fact in municipality.organisations
        ),
    )


def _renamed(names: Names, fact: str, new: str | None) -> Names:
    return Names(
        nb=new if fact == "name_nb" and new is not None else names.nb,
        se=new if fact == "name_se" else names.se,
        fkv=new if fact == "name_fkv" else names.fkv,
    )


def _moved(facts: tuple[Fact, ...], day: date, target: date) -> tuple[Fact, ...]:
    found = [replace(fact, valid_from=target) if fact.valid_from == day else fact for fact in facts]
    return tuple(sorted(found, key=_start))


def _beginning(facts: Sequence[Fact], day: date) -> Fact:
    for fact in facts:
        if fact.valid_from == day:
            return fact
    raise LookupError(day)


def _start(fact: Dated) -> date:
    return fact.valid_from
