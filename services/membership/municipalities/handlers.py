"""Facts to fetch before deciding: who else has a number, and which id a municipality gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities.claims import holder, holder_after_move
from services.membership.municipalities.corrections import CorrectFact
from services.membership.municipalities.domain import RegisterMunicipality, RenumberMunicipality
from services.membership.municipalities.map_changes import (
    RecordBoundaryAdjustment,
    RecordMerger,
    RecordSplit,
)
from services.membership.municipalities.projection import facts_in
from services.membership.municipalities.queries import rows
from shared.ids import derived_id, new_id
from shared.locks import take_turn

NUMBERS = "numbers of municipalities"
"""The matter on which everybody waits for their turn who gives a municipality a number: no two get the same."""


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
    take_turn(connection, NUMBERS)
    start: date = body["valid_from"]
    one = new_municipality_id(body["organisation_number"])
    number, organisation_number = body["number"], body["organisation_number"]
    return RegisterMunicipality(
        municipality_id=one,
        organisation_number=organisation_number,
        number=number,
        names=Names(**body["names"]),
        valid_from=start,
        county_number=body["county_number"],
        invented=body["invented"],
        taken_by=_holder(connection, number, start, one) if number else None,
        organisation_taken_by=(
            _holder(connection, organisation_number, start, one) if organisation_number else None
        ),
    )


def renumbering(
    connection: Connection, one: MunicipalityId, number: str, valid_from: date
) -> RenumberMunicipality:
    """The command to give `one` another number."""
    take_turn(connection, NUMBERS)
    taken_by = _holder(connection, number, valid_from, one)
    return RenumberMunicipality(number=number, valid_from=valid_from, taken_by=taken_by)


def correction(connection: Connection, one: MunicipalityId, body: Mapping[str, Any]) -> CorrectFact:
    """The command to correct a fact of `one`."""
    take_turn(connection, NUMBERS)
    return CorrectFact(**body, taken_by=_in_the_way(connection, one, body))


def merger(body: Mapping[str, Any]) -> list[RecordMerger]:
    """The merger that `body` tells of, once for each that takes part."""
    before, after = _ids(body["predecessors"]), MunicipalityId(str(body["successor"]))
    return [
        RecordMerger(municipality_id=one, predecessors=before, successor=after, merged_on=body["merged_on"])
        for one in dict.fromkeys((*before, after))
    ]


def split(body: Mapping[str, Any]) -> list[RecordSplit]:
    """The split that `body` tells of, once for each that takes part."""
    before, after = MunicipalityId(str(body["predecessor"])), _ids(body["successors"])
    return [
        RecordSplit(municipality_id=one, predecessor=before, successors=after, split_on=body["split_on"])
        for one in dict.fromkeys((before, *after))
    ]


def boundary_adjustment(body: Mapping[str, Any]) -> list[RecordBoundaryAdjustment]:
    """The adjustment that `body` tells of, once for each that takes part."""
    giver, receivers = MunicipalityId(str(body["giver"])), _ids(body["receivers"])
    return [
        RecordBoundaryAdjustment(
            municipality_id=one, giver=giver, receivers=receivers, adjusted_on=body["adjusted_on"]
        )
        for one in dict.fromkeys((giver, *receivers))
    ]


def _ids(given: Iterable[UUID]) -> tuple[MunicipalityId, ...]:
    return tuple(dict.fromkeys(MunicipalityId(str(one)) for one in given))


def _in_the_way(
    connection: Connection, one: MunicipalityId, body: Mapping[str, Any]
) -> MunicipalityId | None:
    """Another municipality that has the corrected number, or has a number on the days that it gets."""
    fact, day, new = body["fact"], body["valid_from"], body["new_value"]
    if not new:
        return None
    if fact in ("number", "organisation_number"):
        return _holder(connection, new, day, one)
    if fact != "valid_from":
        return None
    try:
        target = date.fromisoformat(new)
    except ValueError:
        return None  # the rule refuses it as no date
    return holder_after_move((facts_in(row) for row in rows(connection)), one, day, target)


def _holder(connection: Connection, number: str, day: date, one: MunicipalityId) -> MunicipalityId | None:
    return holder((facts_in(row) for row in rows(connection)), number, one, day)
