"""What held and what was known, against a model that keeps every version in a list and looks through it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from services.membership.contract import (
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityId,
    MunicipalityLeft,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from services.membership.memberships.domain import memberships
from services.membership.memberships.queries import memberships as members_of
from services.membership.memberships.queries import rows_known_at as ways_known_at
from services.membership.population.domain import RecordPopulation, population
from services.membership.population.queries import newest
from services.membership.population.queries import rows_known_at as figures_known_at
from shared import ids
from shared.errors import Refused
from shared.eventstore import Store
from shared.messages import Context
from tests.support import membership_commands as ask
from tests.support.chance import tried
from tests.support.membership_suite import settings, store

__all__ = ["settings", "store"]

OFFICE = Context(actor="office", correlation_id="c")
DAYS = [date(2023, 1, 1), date(2023, 7, 1), date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)]
LONG_AGO = "2000-01-01T00:00:00.000000Z"
days = st.sampled_from(DAYS)


class Figure(NamedTuple):
    """One version of a figure."""

    recorded_at: str
    as_of: date
    inhabitants: int


@tried
@given(asked=st.lists(st.tuples(days, st.integers(1, 4)), min_size=1, max_size=12), seen=days)
def test_figures_are_those_of_a_list_of_all_versions(
    store: Store, asked: list[tuple[date, int]], seen: date
) -> None:
    one = ids.new_id()
    versions: list[Figure] = []
    for as_of, inhabitants in asked:
        command = RecordPopulation(municipality_id=one, as_of=as_of, inhabitants=inhabitants, source="SSB")
        handled = store.handle(population, population.stream(one), command, OFFICE)
        versions += [Figure(e.recorded_at, as_of, inhabitants) for e in handled.events]

    for moment in [LONG_AGO, *(version.recorded_at for version in versions)]:
        known = [version for version in versions if version.recorded_at <= moment]
        by_date = {version.as_of: version.inhabitants for version in known}
        before = [day for day in by_date if day <= seen]
        expected = by_date[max(before)] if before else None
        found = figures_known_at(store, moment, one)

        assert {row["as_of"]: row["inhabitants"] for row in found} == by_date
        assert getattr(newest(found, seen).get(MunicipalityId(one)), "inhabitants", None) == expected


class Term(NamedTuple):
    """One version of when a municipality is a member; `end` None while it is open."""

    recorded_at: str
    start: date
    end: date | None


changes = st.one_of(
    days.map(lambda day: ask.correct_joining_date(member_from=day)),
    st.just(ask.give_notice()),
    st.just(ask.cancel()),
    days.map(lambda day: ask.end_because(left_on=day)),
    days.map(lambda day: ask.correct_leaving_date(left_on=day)),
    st.just(ask.begin()),
)


@tried
@given(start=days, asked=st.lists(changes, min_size=1, max_size=10))
def test_members_are_those_of_a_list_of_all_versions(store: Store, start: date, asked: list[Any]) -> None:
    one = ids.new_id()
    way = [ask.invite(), ask.resolve(), ask.sign(), ask.receive(), ask.set_joining_date(member_from=start)]
    versions: list[Term] = []
    for command in [*way, ask.begin(today=date(2025, 6, 1)), *asked]:
        later = replace(command, municipality_id=one, today=max(command.today, date(2025, 6, 1)))
        try:
            handled = store.handle(memberships, memberships.stream(one, "1"), later, OFFICE)
        except Refused:
            continue
        for recorded in handled.events:
            versions = _with(versions, recorded.recorded_at, recorded.event)

    assert versions
    for moment in [LONG_AGO, *(version.recorded_at for version in versions)]:
        known = [version for version in versions if version.recorded_at <= moment]
        found = members_of(ways_known_at(store, moment, one))
        for day in (d + timedelta(days=shift) for d in DAYS for shift in (-1, 0, 1)):
            last = known[-1] if known else None
            expected = last is not None and last.start <= day and (last.end is None or day < last.end)

            assert [one for one in found if one.standing(day) == "member"] == (found if expected else [])


def _with(versions: list[Term], moment: str, event: Any) -> list[Term]:
    last = versions[-1] if versions else None
    match event:
        case JoiningDateSet() | JoiningDateCorrected():
            return [*versions, Term(moment, event.member_from, last.end if last else None)]
        case WithdrawalNoticeReceived() if last:
            return [*versions, Term(moment, last.start, event.ends_on)]
        case WithdrawalCancelled() if last:
            return [*versions, Term(moment, last.start, None)]
        case MunicipalityLeft() | LeavingDateCorrected() if last:
            return [*versions, Term(moment, last.start, event.left_on)]
        case _:
            return versions
