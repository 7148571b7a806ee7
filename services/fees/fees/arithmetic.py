"""How a fee comes about: whole numbers in, øre out, each component rounded once, half up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from services.fees.contract import (
    Arithmetic,
    Component,
    Line,
    MembershipUsed,
    PopulationUsed,
    Proration,
    ScheduleUsed,
)

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The schedule that holds for a year, with the event that adopted it."""

    used: ScheduleUsed
    components: tuple[Component, ...]
    proration: Proration
    host_pays: bool
    assumed: tuple[str, ...] = ()

    @property
    def counts_inhabitants(self) -> bool:
        """Whether any component depends on the number of inhabitants."""
        return any(component.kind in ("per_inhabitant", "bands") for component in self.components)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """A grant that pays one component in full in the year in question."""

    event_id: str
    grantor: str
    component: str
    assumed: bool = False


@dataclass(frozen=True, kw_only=True)
class Term:
    """A time of membership: from a date until before another (None: open), and its events.

    `host` where the municipality hosts the version of the agreement that holds then.
    """

    valid_from: date
    valid_to: date | None
    event_ids: tuple[str, ...]
    host: bool = False


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, rounded half up to a whole one."""
    return (2 * numerator + denominator) // (2 * denominator)


def joined(terms: Iterable[Term]) -> list[Term]:
    """The terms in order, those that follow without a gap (or overlap) made one.

    A time as host and one that is none stay apart; where they overlap, the earlier gives way.
    """
    result: list[Term] = []
    for term in sorted(filter(_lasts, terms), key=lambda term: term.valid_from):
        last = result[-1] if result else None
        if last is None or (last.valid_to is not None and last.valid_to < term.valid_from):
            result.append(term)
        elif last.host == term.host:
            result[-1] = _made_one(last, term)
        else:
            result[-1:] = [replace(last, valid_to=term.valid_from), term]
    return list(filter(_lasts, result))


def _lasts(term: Term) -> bool:
    return term.valid_to is None or term.valid_from < term.valid_to


def _made_one(last: Term, term: Term) -> Term:
    ends = None if last.valid_to is None or term.valid_to is None else max(last.valid_to, term.valid_to)
    events = last.event_ids + tuple(e for e in term.event_ids if e not in last.event_ids)
    return replace(last, valid_to=ends, event_ids=events)


def _next_new_year(year: int) -> date:
    """The first day after the year; the last year of the calendar has its last day instead."""
    return date(year + 1, 1, 1) if year < date.max.year else date.max


def within(year: int, terms: Iterable[Term]) -> tuple[MembershipUsed, ...]:
    """The parts of the terms that lie in the year; those as host are exempt."""
    begins, ends = date(year, 1, 1), _next_new_year(year)
    return tuple(
        MembershipUsed(
            valid_from=max(term.valid_from, begins),
            valid_to=min(term.valid_to or ends, ends),
            event_ids=term.event_ids,
            host_exempt=term.host,
        )
        for term in joined(terms)
        if term.valid_from < ends and (term.valid_to is None or term.valid_to > begins)
    )


def share(year: int, proration: Proration, membership: Iterable[MembershipUsed]) -> tuple[int, int]:
    """How much of the year counts, as parts of a whole: 1/1, months of 12, days of 365 or 366.

    Months that membership touches count whole.
    """
    spans = list(membership)
    match proration:
        case "none":
            return (1 if spans else 0), 1
        case "monthly":
            touched = {
                month
                for span in spans
                for month in range(span.valid_from.month, (span.valid_to - timedelta(days=1)).month + 1)
            }
            return len(touched), MONTHS
        case "daily":
            days = sum((span.valid_to - span.valid_from).days for span in spans)
            return days, (_next_new_year(year) - date(year, 1, 1)).days


def reckon(
    year: int,
    rates: Rates,
    *,
    population: PopulationUsed | None,
    covers: Sequence[Cover],
    terms: Sequence[Term],
) -> Arithmetic:
    """The fee of a municipality for a year. `population` may be None only if nothing counts it.

    Where the host does not pay, a year in which it hosts for a time only is liable for the rest,
    and who joins as host owes no one-off.
    """
    counted = [replace(term, host=False) for term in terms] if rates.host_pays else terms
    membership = within(year, counted)
    paying = [span for span in membership if not span.host_exempt]
    first = min((term.valid_from for term in joined(terms)), default=None)
    if not membership:
        return _nothing_due("not_member", rates, membership, first)
    if not paying:
        return _nothing_due("host_exempt", rates, membership, first)
    one_off = paying[0].valid_from == first
    parts = share(year, rates.proration, paying)
    return _reckoned(rates, population, covers, membership, first, parts, one_off=one_off)


def quote(
    rates: Rates, *, population: PopulationUsed | None, covers: Sequence[Cover], one_off: bool
) -> Arithmetic:
    """What a whole year would cost; `one_off` where the municipality has not been a member before."""
    return _reckoned(rates, population, covers, (), None, (1, 1), one_off=one_off)


def line(component: Component, inhabitants: int, parts: tuple[int, int], cover: Cover | None) -> Line:
    """One component of the fee. A one-off is not divided by time."""
    rate, quantity = component.amount_ore, 1
    if component.kind == "per_inhabitant":
        quantity = inhabitants
    elif component.kind == "bands":
        rate = rate_of(component, inhabitants)
    counted, whole = (1, 1) if component.kind == "one_off" else parts
    amount = half_up(rate * quantity * counted, whole)
    covered = amount if cover else 0
    return Line(
        component=component.name,
        label=component.label,
        kind=component.kind,
        rate_ore=rate,
        quantity=quantity,
        parts=counted,
        whole=whole,
        amount_ore=amount,
        covered_ore=covered,
        to_pay_ore=amount - covered,
        grant_event_id=cover.event_id if cover else None,
        grantor=cover.grantor if cover else None,
    )


def rate_of(component: Component, inhabitants: int) -> int:
    """The amount of the band that holds so many inhabitants; 0 below the first band."""
    reached = [band for band in component.bands if band.from_inhabitants <= inhabitants]
    return max(reached, key=lambda band: band.from_inhabitants).amount_ore if reached else 0


def again(arithmetic: Arithmetic) -> tuple[int, int, int]:
    """Total, covered and to pay, computed anew from the formula inputs of the lines alone."""
    amounts = [
        (half_up(item.rate_ore * item.quantity * item.parts, item.whole), item.grant_event_id is not None)
        for item in arithmetic.lines
    ]
    total = sum(amount for amount, _ in amounts)
    covered = sum(amount for amount, is_covered in amounts if is_covered)
    return total, covered, total - covered


def _reckoned(
    rates: Rates,
    population: PopulationUsed | None,
    covers: Sequence[Cover],
    membership: tuple[MembershipUsed, ...],
    first: date | None,
    parts: tuple[int, int],
    *,
    one_off: bool,
) -> Arithmetic:
    by_component = {cover.component: cover for cover in covers}
    inhabitants = population.inhabitants if population else 0
    lines = tuple(
        line(component, inhabitants, parts, by_component.get(component.name))
        for component in rates.components
        if one_off or component.kind != "one_off"
    )
    used = {item.grant_event_id for item in lines}
    assumed_grant = any(cover.assumed and cover.event_id in used for cover in covers)
    return Arithmetic(
        liability="liable",
        proration=rates.proration,
        schedule=rates.used,
        population=population,
        membership=membership,
        first_member_from=first,
        lines=lines,
        total_ore=sum(item.amount_ore for item in lines),
        covered_ore=sum(item.covered_ore for item in lines),
        to_pay_ore=sum(item.to_pay_ore for item in lines),
        assumed=rates.assumed + (("grant",) if assumed_grant else ()),
    )


def _nothing_due(
    liability: Literal["not_member", "host_exempt"],
    rates: Rates,
    membership: tuple[MembershipUsed, ...],
    first: date | None,
) -> Arithmetic:
    return Arithmetic(
        liability=liability,
        proration=rates.proration,
        schedule=rates.used,
        population=None,
        membership=membership,
        first_member_from=first,
        lines=(),
        total_ore=0,
        covered_ore=0,
        to_pay_ore=0,
        assumed=rates.assumed,
    )
