"""Whether a number is free: nobody else carries it on any of the days for which it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.membership.contract import MunicipalityId
from services.membership.municipalities.identity import Dated, Municipality, intervals, moved
from services.membership.municipalities.requirements import is_number


def holder(
    register: Iterable[Municipality], number: str, one: MunicipalityId, start: date
) -> MunicipalityId | None:
    """Another municipality than `one` that carries the municipality or organisation number.

    Asked for is the time from `start` until the next number that is known of `one`; without
    one there is no end, and a number that somebody else gets later is taken as well.
    """
    known = list(register)
    own = next((each for each in known if each.municipality_id == one), Municipality())
    until = _next(own.numbers if is_number(number) else own.organisations, start)
    return _carrier(known, number, one, start, until)


def holder_after_move(
    register: Iterable[Municipality], one: MunicipalityId, day: date, target: date
) -> MunicipalityId | None:
    """Another municipality that carries a number of `one` at a time for which it would get it.

    That is, if everything of `one` that begins on `day` began on `target` instead: then the number
    that begins is carried earlier, or the one before it for longer.
    """
    known = list(register)
    own = next((each for each in known if each.municipality_id == one), Municipality())
    held = set(_times(own))
    got = [time for time in _times(moved(own, day, target)) if time not in held]
    return next((found for time in got if (found := _carrier(known, time[0], one, *time[1:]))), None)


def _times(one: Municipality) -> Iterator[tuple[str, date, date | None]]:
    """Every number with the day on which it begins and the first one without it (None: it still holds)."""
    for number, end in intervals(one.numbers):
        if number.number is not None:
            yield number.number, number.valid_from, _sooner(end, one.ceased_on)
    for organisation, end in intervals(one.organisations):
        if organisation.organisation_number is not None:
            yield organisation.organisation_number, organisation.valid_from, _sooner(end, one.ceased_on)


def _carrier(
    register: Iterable[Municipality], number: str, one: MunicipalityId, start: date, until: date | None
) -> MunicipalityId | None:
    others = (each for each in register if each.municipality_id not in (None, one))
    return next((each.municipality_id for each in others if _carries(each, number, start, until)), None)


def _carries(other: Municipality, number: str, start: date, until: date | None) -> bool:
    return any(
        carried == number and (until is None or begins < until) and (end is None or end > max(start, begins))
        for carried, begins, end in _times(other)
    )


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((end for end in (one, other) if end is not None), default=None)


def _next(facts: Sequence[Dated], day: date) -> date | None:
    return next((fact.valid_from for fact in facts if fact.valid_from > day), None)
