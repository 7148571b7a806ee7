"""Facts to fetch before deciding: who else has a number, and which id a municipality gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities.corrections import CorrectFact
from services.membership.municipalities.domain import RegisterMunicipality, RenumberMunicipality
from services.membership.municipalities.queries import by_number
from shared.ids import derived_id, new_id


def new_municipality_id(organisation_number: str | None) -> MunicipalityId:
    """The id of a municipality that becomes known.

    It follows from the organisation number, so that loading the same register into a fresh
    suite gives the same ids; afterwards the organisation number may be corrected or replaced
    and the id stays. An invented municipality gets an id of its own.
    """
    if organisation_number is None:
        return MunicipalityId(new_id())
    return MunicipalityId(derived_id("municipality", organisation_number))


def registration(connection: Connection, body: Mapping[str, Any]) -> RegisterMunicipality:
    """The command to register what `body` says."""
    start: date = body["valid_from"]
    one = new_municipality_id(body["organisation_number"])
    numbers = (body["organisation_number"], body["number"])
    holders = [holder for number in numbers if number and (holder := _holder(connection, number, start, one))]
    return RegisterMunicipality(
        municipality_id=one,
        organisation_number=body["organisation_number"],
        number=body["number"],
        names=Names(**body["names"]),
        valid_from=start,
        county_number=body["county_number"],
        invented=body["invented"],
        taken_by=holders[0] if holders else None,
    )


def renumbering(
    connection: Connection, one: MunicipalityId, number: str, valid_from: date
) -> RenumberMunicipality:
    """The command to give `one` another number."""
    taken_by = _holder(connection, number, valid_from, one)
    return RenumberMunicipality(number=number, valid_from=valid_from, taken_by=taken_by)


def correction(connection: Connection, one: MunicipalityId, body: Mapping[str, Any]) -> CorrectFact:
    """The command to correct a fact of `one`."""
    new = body["new_value"]
    is_number = body["fact"] in ("number", "organisation_number")
    taken_by = _holder(connection, new, body["valid_from"], one) if is_number and new else None
    return CorrectFact(**body, taken_by=taken_by)


def _holder(connection: Connection, number: str, day: date, one: MunicipalityId) -> MunicipalityId | None:
    """Another municipality than `one` that has the number on `day`."""
    others = [
        found.municipality_id
        for found in by_number(connection, number, as_of=day, on=day)
        if found.municipality_id != one and number in (found.number, found.organisation_number)
    ]
    return others[0] if others else None
