"""Corrections of dated facts: what stood, what holds, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.membership.contract import MunicipalityCorrected, MunicipalityId
from services.membership.municipalities.identity import (
    FactName,
    IdentityEvent,
    Municipality,
    value_of,
)
from services.membership.municipalities.requirements import (
    require_free,
    require_known,
    require_name,
    require_number,
    require_organisation_number,
)
from shared.dates import day_written
from shared.errors import Refused


@dataclass(frozen=True, kw_only=True)
class CorrectFact:
    """The fact that begins on `valid_from` was recorded wrongly; dates are given as ISO text.

    `fact` may be `valid_from` itself: then everything that begins on that date is moved.
    """

    fact: FactName
    valid_from: date
    old_value: str | None
    new_value: str | None
    reason: str
    taken_by: MunicipalityId | None = None


class FactUnknown(Refused):
    """No such fact begins on that date, so there is nothing to correct."""

    code = "fact-unknown"
    nb = "Ingen slik opplysning begynner på denne datoen."


class FactDiffers(Refused):
    """What stands is not what the correction says it corrects."""

    code = "fact-differs"
    nb = "Opplysningen er en annen enn den du vil rette. Se på den på nytt."


class ReasonMissing(Refused):
    """A correction says why."""

    code = "reason-missing"
    status = 422
    nb = "Skriv hvorfor opplysningen rettes."


class BadDate(Refused):
    """A corrected date is a calendar date."""

    code = "bad-date"
    status = 422
    nb = "Skriv datoen som år-måned-dag, for eksempel 2024-01-01."


class DatesCross(Refused):
    """A corrected date stays between the facts before and after it."""

    code = "dates-cross"
    nb = "Datoen må ligge mellom opplysningene før og etter."


def correct(municipality: Municipality, command: CorrectFact) -> list[IdentityEvent]:
    """Put another value in the place of a dated fact, or move its date."""
    known = require_known(municipality)
    if not command.reason.strip():
        raise ReasonMissing("A correction says why.", field="reason")
    _require_value(municipality, command)
    standing = _standing(municipality, command)
    if standing == command.new_value:
        return []
    if standing != command.old_value:
        raise FactDiffers("Something else stands there.", standing=standing, old_value=command.old_value)
    require_free(command.taken_by, "new_value")
    return [
        MunicipalityCorrected(
            municipality_id=known,
            fact=command.fact,
            valid_from=command.valid_from,
            old_value=command.old_value,
            new_value=command.new_value,
            reason=command.reason.strip(),
        )
    ]


def _standing(municipality: Municipality, command: CorrectFact) -> str | None:
    try:
        return value_of(municipality, command.fact, command.valid_from)
    except LookupError as error:
        raise FactUnknown(
            f"No {command.fact} begins on {command.valid_from}.", dates=_dates(municipality)
        ) from error


def _require_value(municipality: Municipality, command: CorrectFact) -> None:
    match command.fact:
        case "number":
            require_number(command.new_value, "new_value")
        case "organisation_number":
            require_organisation_number(command.new_value, "new_value")
        case "name_nb":
            require_name(command.new_value, "new_value")
        case "name_se" | "name_fkv":
            # A language without an official name has none; an empty one would look like a name.
            if command.new_value is not None:
                require_name(command.new_value, "new_value")
        case "valid_from":
            _require_between(municipality, command.valid_from, command.new_value)


def _require_between(municipality: Municipality, old: date, text: str | None) -> None:
    try:
        new = day_written(text or "")
    except ValueError as error:
        raise BadDate("A corrected date is a calendar date, YYYY-MM-DD.", field="new_value") from error
    for facts in (municipality.numbers, municipality.names, municipality.organisations):
        starts = [fact.valid_from for fact in facts]
        if not _fits(starts, old, new):
            raise DatesCross(
                "The date must stay between the facts around it.",
                field="new_value",
                dates=_dates(municipality),
            )
    if municipality.ceased_on is not None and new >= municipality.ceased_on:
        raise DatesCross(
            "The municipality had ceased by then.",
            field="new_value",
            ceased_on=str(municipality.ceased_on),
        )


def _fits(starts: Sequence[date], old: date, new: date) -> bool:
    """Whether the dates stay in their order when one of them is moved."""
    moved = [new if start == old else start for start in starts]
    return all(one < following for one, following in pairwise(moved))


def _dates(municipality: Municipality) -> list[str]:
    return sorted(day.isoformat() for day in municipality.starts())
