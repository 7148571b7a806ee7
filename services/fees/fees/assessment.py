"""What the facts known now lead to: for which years there is something to say, and what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.fees.contract import Arithmetic, MunicipalityId, PopulationUsed
from services.fees.fees.arithmetic import Cover, Rates, Term, joined, quote, reckon, within
from services.fees.fees.domain import AssessFee, Stage
from services.fees.municipalities.queries import Facts, Figure

FARTHEST = 5
"""For how many years ahead fees are spoken of at most (assumed)."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The rates that hold in a year (None where none does) and the grants that cover them."""

    rates: Callable[[int], Rates | None]
    covers: Callable[[int], tuple[Cover, ...]]


def assessments(
    facts: Facts, prices: Prices, *, spoken: Collection[int], owed: Collection[int], today: date
) -> list[AssessFee]:
    """Assessments of every year that matters, oldest first.

    `spoken` are the years of which anything was said before, `owed` those of them in which it was
    more than a quote. `today` is when the cause was recorded.
    """
    found = []
    for year in years_of(facts, spoken, today):
        said = [assess_year(facts, prices, year, owed=year in owed, today=today)]
        if year in owed and not within(year, terms_of(facts)):
            # Nothing is owed any more, but the council may still want to know what joining would cost.
            said.append(assess_year(facts, prices, year, owed=False, today=today))
        municipality_id = MunicipalityId(facts.municipality_id)
        found += [
            AssessFee(municipality_id=municipality_id, year=year, stage=stage, arithmetic=arithmetic)
            for stage, arithmetic in filter(None, said)
        ]
    return found


def years_of(facts: Facts, spoken: Iterable[int], today: date) -> list[int]:
    """The years of membership up to the one after the newest figure, and those of an invitation.

    Membership is looked at up to the current year at least, `FARTHEST` years on at most (a figure or a
    deadline may carry a slip of the pen), and in its first year however far ahead.
    An invitation is quoted from its own year through the one after the reply is due.
    """
    terms = terms_of(facts)
    newest = max((figure.as_of.year + 1 for figure in facts.figures), default=today.year)
    horizon = min(max(newest, today.year), today.year + FARTHEST)
    years = set(spoken)
    for term in terms:
        last = term.valid_to.year if term.valid_to else horizon
        years.update(range(term.valid_from.year, max(min(last, horizon), term.valid_from.year) + 1))
    years.update(quoted_years(facts))
    return sorted(years)


def quoted_years(facts: Facts) -> range:
    """The years for which the council wants a figure: of the invitation through the one after the reply."""
    if facts.invited_on is None:
        return range(0)
    last = (facts.reply_by or facts.invited_on).year + 1
    return range(facts.invited_on.year, min(last, facts.invited_on.year + FARTHEST) + 1)


def assess_year(
    facts: Facts, prices: Prices, year: int, *, owed: bool, today: date
) -> tuple[Stage, Arithmetic] | None:
    """What can be said of the year, None if nothing: no rates, no figure, or no reason to speak."""
    rates, terms = prices.rates(year), terms_of(facts)
    if rates is None:
        return None
    covers = prices.covers(year)
    population = population_for(year, facts.figures) if rates.counts_inhabitants else None
    member = bool(within(year, terms))
    if rates.counts_inhabitants and population is None and member:
        return None
    if member or owed:
        fee = reckon(year, rates, population=population, covers=covers, terms=terms)
        return ("proposal" if _is_final(fee, rates, year, today) else "estimate"), fee
    if year in quoted_years(facts) and (population is not None or not rates.counts_inhabitants):
        return "quote", quote(rates, population=population, covers=covers, one_off=not terms)
    return None


def population_for(year: int, figures: Iterable[Figure]) -> PopulationUsed | None:
    """The year's own figure; else the newest before it; else the first after it."""
    own_date = date(year, 1, 1)
    ordered = sorted(figures, key=lambda figure: figure.as_of)
    before = [figure for figure in ordered if figure.as_of <= own_date]
    chosen = before[-1] if before else (ordered[0] if ordered else None)
    if chosen is None:
        return None
    return PopulationUsed(
        as_of=chosen.as_of,
        inhabitants=chosen.inhabitants,
        source=chosen.source,
        event_id=chosen.event_id,
        invented=chosen.invented,
    )


def terms_of(facts: Facts) -> list[Term]:
    """The memberships, those that follow without a gap made one, times as host apart."""
    return joined(
        Term(valid_from=span.valid_from, valid_to=span.valid_to, event_ids=span.event_ids, host=span.host)
        for span in facts.spans
    )


def _is_final(fee: Arithmetic, rates: Rates, year: int, today: date) -> bool:
    """Whether nothing is missing: the year's own figure, or the year itself where none is counted."""
    if fee.liability != "liable":
        return False
    if rates.counts_inhabitants:
        return fee.population is not None and fee.population.as_of == date(year, 1, 1)
    return today.year >= year
