"""Rules about a municipality's identity: it is registered, renumbered, renamed, and more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import msgspec

from services.membership.contract import (
    MunicipalityId,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    Names,
)
from services.membership.municipalities.corrections import CorrectFact, correct
from services.membership.municipalities.identity import (
    IdentityEvent,
    Municipality,
    county_of,
    evolve,
    holding,
)
from services.membership.municipalities.map_changes import (
    MapChange,
    RecordBoundaryAdjustment,
    RecordMerger,
    RecordSplit,
    change_map,
)
from services.membership.municipalities.requirements import (
    BadNumber,
    require_free,
    require_latest,
    require_name,
    require_number,
    require_organisation_number,
    require_there,
    required,
)
from shared.decider import Decider
from shared.errors import Refused


@dataclass(frozen=True, kw_only=True)
class RegisterMunicipality:
    """Only an `invented` municipality may lack numbers; the county follows from the number.

    `taken_by` is another municipality that already has the number, `organisation_taken_by` one
    that has the organisation number.
    """

    municipality_id: MunicipalityId
    organisation_number: str | None
    number: str | None
    names: Names
    valid_from: date
    county_number: str | None = None
    invented: bool = False
    taken_by: MunicipalityId | None = None
    organisation_taken_by: MunicipalityId | None = None


@dataclass(frozen=True, kw_only=True)
class RenumberMunicipality:
    """Another number, and the county that follows from it, from `valid_from` on."""

    number: str
    valid_from: date
    taken_by: MunicipalityId | None = None


@dataclass(frozen=True, kw_only=True)
class RenameMunicipality:
    """All official names from `valid_from` on."""

    names: Names
    valid_from: date


MunicipalityCommand: TypeAlias = (
    RegisterMunicipality | RenumberMunicipality | RenameMunicipality | MapChange | CorrectFact
)


class MunicipalityAlreadyRegistered(Refused):
    """It is registered with other facts; those are corrected, not registered again."""

    code = "municipality-already-registered"
    nb = "Kommunen er allerede registrert. Rett opplysningene i stedet."


def register(municipality: Municipality, command: RegisterMunicipality) -> list[IdentityEvent]:
    """Make the municipality known."""
    if command.number is not None or not command.invented:
        require_number(command.number)
    if command.organisation_number is not None or not command.invented:
        require_organisation_number(command.organisation_number)
    require_name(command.names.nb)
    event = MunicipalityRegistered(
        municipality_id=command.municipality_id,
        organisation_number=command.organisation_number,
        number=command.number,
        names=command.names,
        county_number=county_of(command.number) if command.number else command.county_number,
        valid_from=command.valid_from,
        invented=command.invented,
    )
    if municipality.registered and not _begins_as(municipality, event):
        raise MunicipalityAlreadyRegistered(
            "The municipality is already registered; correct it instead.",
            field="organisation_number",
            municipality_id=municipality.municipality_id,
        )
    if municipality.registered:
        return []
    require_free(command.taken_by)
    require_free(command.organisation_taken_by, "organisation_number")
    return [event]


def renumber(municipality: Municipality, command: RenumberMunicipality) -> list[IdentityEvent]:
    """Give the municipality another number; nothing if it carries that number then."""
    require_number(command.number)
    known = require_there(municipality, command.valid_from)
    current = required(municipality.numbers, command.valid_from)
    if current.number is None:
        raise BadNumber("An invented municipality has no number to replace.")
    if current.number == command.number:
        return []
    require_latest(municipality.numbers, command.valid_from)
    require_free(command.taken_by)
    return [
        MunicipalityRenumbered(
            municipality_id=known,
            old_number=current.number,
            number=command.number,
            county_number=county_of(command.number),
            valid_from=command.valid_from,
        )
    ]


def rename(municipality: Municipality, command: RenameMunicipality) -> list[IdentityEvent]:
    """Give the municipality other official names; nothing if these are its names then."""
    require_name(command.names.nb)
    known = require_there(municipality, command.valid_from)
    if required(municipality.names, command.valid_from).names == command.names:
        return []
    require_latest(municipality.names, command.valid_from)
    return [MunicipalityRenamed(municipality_id=known, names=command.names, valid_from=command.valid_from)]


def decide(municipality: Municipality, command: MunicipalityCommand) -> list[IdentityEvent]:
    """What `command` leads to."""
    match command:
        case RegisterMunicipality():
            return register(municipality, command)
        case RenumberMunicipality():
            return renumber(municipality, command)
        case RenameMunicipality():
            return rename(municipality, command)
        case RecordMerger() | RecordSplit() | RecordBoundaryAdjustment():
            return change_map(municipality, command)
        case CorrectFact():
            return correct(municipality, command)


def replaced(municipality: Municipality, event: IdentityEvent) -> dict[str, Any]:
    """The values that an event puts an end to; other events carry them, or replace none."""
    match event:
        case MunicipalityRenumbered():
            number = holding(municipality.numbers, event.valid_from)
            return {"county_number": number.county_number} if number else {}
        case MunicipalityRenamed():
            names = holding(municipality.names, event.valid_from)
            return {"names": msgspec.to_builtins(names.names)} if names else {}
        case _:
            return {}


def _begins_as(municipality: Municipality, event: MunicipalityRegistered) -> bool:
    """Whether the municipality's first facts are those of `event`."""
    first = evolve(Municipality(), event)
    return (
        municipality.numbers[:1] == first.numbers
        and municipality.names[:1] == first.names
        and municipality.organisations[:1] == first.organisations
        and municipality.invented == first.invented
    )


municipalities = Decider(
    category="municipality",
    initial=Municipality(),
    decide=decide,
    evolve=evolve,
    about="municipality",
    previous=replaced,
)
