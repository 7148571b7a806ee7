"""Whether a number is free: nobody else carries it on any of the days for which it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.membership.contract import MunicipalityId
from services.membership.municipalities.identity import Dated, Municipality


def holder(
    register: Iterable[Municipality], number: str, one: MunicipalityId, start: date
) -> MunicipalityId | None:
    """Another municipality than `one` that carries the municipality or organisation number.

    Asked for is the time from `start` until the next number that is known of `one`; without
    one there is no end, and a number that somebody else gets later is taken as well.
    """
    known = list(register)
    own = next((each for each in known if each.municipality_id == one), Municipality())
    until = _next(own.numbers, start)
    others = (each for each in known if each.municipality_id not in (None, one))
    return next((each.municipality_id for each in others if _carries(each, number, start, until)), None)


def _carries(other: Municipality, number: str, start: date, until: date | None) -> bool:
    facts: list[tuple[Sequence[Dated], Dated, str | None]] = [
        *((other.numbers, fact, fact.number) for fact in other.numbers),
        *((other.organisations, fact, fact.organisation_number) for fact in other.organisations),
    ]
    for series, fact, carried in facts:
        ends = [end for end in (_next(series, fact.valid_from), other.ceased_on) if end is not None]
        end = min(ends, default=None)
        begins_in_time = until is None or fact.valid_from < until
        if carried == number and begins_in_time and (end is None or end > max(start, fact.valid_from)):
            return True
    return False


def _next(facts: Sequence[Dated], day: date) -> date | None:
    return next((fact.valid_from for fact in facts if fact.valid_from > day), None)
