"""The fee is computed as the rules say, and can be computed again from what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fees.contract import Band, Component, Proration
from services.fees.fees.arithmetic import Term, again, half_up, joined, quote, reckon, share, within
from tests.support.examples.fees import ASSUMED, FIXED, arithmetic, cover, figure, rates, term

JUNE = (term(date(2026, 6, 1)),)


@pytest.mark.parametrize(
    ("proration", "ore"), [("none", 15_423_000), ("monthly", 8_996_750), ("daily", 9_042_526)]
)
def test_loppa_from_1_june_2026_pays_by_the_proration_of_the_schedule(proration: Proration, ore: int) -> None:
    fee = arithmetic(rates=rates(proration=proration), terms=JUNE)

    assert fee.to_pay_ore == ore


@pytest.mark.parametrize("joined_on", [date(2026, 6, 1), date(2026, 6, 30)])
def test_a_month_that_membership_touches_counts_whole(joined_on: date) -> None:
    assert share(2026, "monthly", within(2026, [term(joined_on)])) == (7, 12)


def test_a_month_touched_by_two_memberships_counts_once() -> None:
    terms = [term(date(2026, 1, 1), date(2026, 3, 10)), term(date(2026, 3, 20))]

    assert share(2026, "monthly", within(2026, terms)) == (12, 12)


def test_the_first_day_outside_does_not_touch_its_month() -> None:
    assert share(2026, "monthly", within(2026, [term(date(2026, 1, 1), date(2026, 3, 1))])) == (2, 12)


def test_a_single_day_touches_its_month() -> None:
    assert share(2026, "monthly", within(2026, [term(date(2026, 1, 1), date(2026, 3, 2))])) == (3, 12)


@pytest.mark.parametrize(("proration", "whole"), [("none", 1), ("monthly", 12), ("daily", 365)])
def test_without_membership_nothing_of_the_year_counts(proration: Proration, whole: int) -> None:
    assert share(2026, proration, ()) == (0, whole)


def test_days_are_counted_of_366_in_a_leap_year() -> None:
    assert share(2024, "daily", within(2024, [term(date(2024, 2, 1))])) == (335, 366)


def test_the_calendars_last_year_has_an_end_too() -> None:
    assert share(9999, "daily", within(9999, [term(date(9999, 1, 1))])) == (364, 364)


def test_versions_that_follow_without_a_gap_are_one_membership() -> None:
    terms = [term(date(2023, 1, 1), date(2026, 7, 1)), term(date(2026, 7, 1))]

    assert joined(terms) == [
        Term(valid_from=date(2023, 1, 1), valid_to=None, event_ids=("joined-2023-01-01", "joined-2026-07-01"))
    ]


def test_a_gap_keeps_memberships_apart() -> None:
    assert len(joined([term(date(2023, 1, 1), date(2024, 1, 1)), term(date(2024, 1, 2))])) == 2


def test_a_membership_inside_another_does_not_shorten_it() -> None:
    terms = [term(date(2023, 1, 1), date(2026, 1, 1)), term(date(2024, 1, 1), date(2025, 1, 1))]

    assert [(one.valid_from, one.valid_to) for one in joined(terms)] == [(date(2023, 1, 1), date(2026, 1, 1))]


def test_an_event_that_two_memberships_rest_on_is_named_once() -> None:
    renewed = Term(
        valid_from=date(2025, 1, 1), valid_to=None, event_ids=("joined-2023-01-01", "joined-2025-01-01")
    )

    assert [one.event_ids for one in joined([term(date(2023, 1, 1), date(2025, 1, 1)), renewed])] == [
        ("joined-2023-01-01", "joined-2025-01-01")
    ]


def test_a_membership_that_ends_when_it_begins_is_none() -> None:
    assert joined([term(date(2024, 1, 1), date(2024, 1, 1))]) == []


def test_nothing_rests_on_a_membership_that_ended_when_it_began() -> None:
    assert joined([term(), term(date(2024, 1, 1), date(2024, 1, 1))]) == [term()]


@pytest.mark.parametrize("year", [2022, 2025])
def test_a_year_without_membership_is_not_liable(year: int) -> None:
    fee = arithmetic(year, terms=(term(date(2023, 1, 1), date(2025, 1, 1)),))

    assert (fee.liability, fee.lines, fee.to_pay_ore) == ("not_member", (), 0)


def test_a_fee_of_nought_shows_what_it_rests_on() -> None:
    fee = arithmetic(2025, rates=rates(proration="daily"), terms=(term(date(2023, 1, 1), date(2025, 1, 1)),))

    assert (fee.schedule, fee.proration, fee.assumed) == (rates().used, "daily", ASSUMED)
    assert (fee.first_member_from, fee.membership) == (date(2023, 1, 1), ())


def test_a_grant_covers_its_component_also_in_part() -> None:
    fee = arithmetic(rates=rates(proration="monthly"), terms=JUNE, covers=(cover(),))

    assert (fee.total_ore, fee.covered_ore, fee.to_pay_ore) == (8_996_750, 8_750_000, 246_750)


def test_the_line_names_the_grant_that_covers_it() -> None:
    fixed, variable = arithmetic(covers=(cover(),)).lines

    assert (fixed.grant_event_id, fixed.grantor) == ("grant-event", cover().grantor)
    assert (variable.grant_event_id, variable.grantor) == (None, None)


@pytest.mark.parametrize(
    ("inhabitants", "ore"), [(4_999, 2_500_000), (5_000, 4_000_000), (10_000, 4_000_000), (10_001, 6_000_000)]
)
def test_bands_go_by_the_number_of_inhabitants(inhabitants: int, ore: int) -> None:
    bands = tuple(
        Band(from_inhabitants=limit, amount_ore=amount)
        for limit, amount in ((10_001, 6_000_000), (0, 2_500_000), (5_000, 4_000_000))
    )
    by_size = Component(name="size", label="Etter størrelse", kind="bands", bands=bands)

    assert arithmetic(rates=rates(components=(by_size,)), population=figure(inhabitants)).to_pay_ore == ore


def test_below_the_first_band_nothing_is_paid() -> None:
    bands = (Band(from_inhabitants=1_000, amount_ore=2_500_000),)
    by_size = rates(components=(Component(name="size", label="Etter størrelse", kind="bands", bands=bands),))

    assert arithmetic(rates=by_size, population=figure(999)).to_pay_ore == 0
    assert arithmetic(rates=by_size, population=figure(1_000)).to_pay_ore == 2_500_000


@pytest.mark.parametrize(
    ("kind", "counts"), [("per_inhabitant", True), ("bands", True), ("fixed", False), ("one_off", False)]
)
def test_rates_count_inhabitants_where_a_component_goes_by_their_number(kind: Any, counts: bool) -> None:
    component = Component(name="part", label="Del", kind=kind)

    assert rates(components=(FIXED, component)).counts_inhabitants is counts


def test_a_fee_rests_on_an_assumed_grant_only_where_the_grant_covers_something() -> None:
    covering, idle = replace(cover(), assumed=True), replace(cover("entry"), assumed=True)

    assert arithmetic(covers=(covering,)).assumed == (*ASSUMED, "grant")
    assert arithmetic(covers=(idle,)).assumed == ASSUMED
    assert arithmetic(covers=(cover(),)).assumed == ASSUMED


def test_who_comes_back_after_a_gap_pays_no_one_off_again() -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=100)
    back = (term(date(2023, 1, 1), date(2024, 1, 1)), term(date(2026, 6, 1)))
    fee = arithmetic(2026, rates=rates(components=(entry,)), terms=back)

    assert (fee.first_member_from, fee.to_pay_ore) == (date(2023, 1, 1), 0)


def test_a_one_off_is_due_whole_in_the_year_of_joining_only() -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=100)
    monthly = rates(components=(entry,), proration="monthly")

    assert arithmetic(2026, rates=monthly, terms=JUNE).to_pay_ore == 100
    assert arithmetic(2027, rates=monthly, terms=JUNE).to_pay_ore == 0


def test_a_quote_is_for_the_whole_year() -> None:
    assert (
        quote(rates(proration="daily"), population=figure(), covers=(), one_off=True).to_pay_ore == 15_423_000
    )


@pytest.mark.parametrize(("one_off", "ore"), [(True, 100), (False, 0)])
def test_a_quote_has_the_one_off_for_who_has_not_been_a_member_and_rests_on_no_membership(
    one_off: bool, ore: int
) -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=100)
    quoted = quote(rates(components=(entry,)), population=None, covers=(), one_off=one_off)

    assert (quoted.to_pay_ore, quoted.membership) == (ore, ())


def test_half_an_ore_is_rounded_up() -> None:
    assert [half_up(1, 2), half_up(3, 2), half_up(1, 3), half_up(2, 3)] == [1, 2, 0, 1]


dates = st.dates(date(2022, 1, 1), date(2028, 12, 31))
terms = st.lists(
    st.tuples(dates, st.none() | st.integers(0, 900), st.booleans()).map(
        lambda drawn: term(
            drawn[0], None if drawn[1] is None else drawn[0] + timedelta(days=drawn[1]), host=drawn[2]
        )
    ),
    max_size=4,
)
components = st.lists(
    st.tuples(st.sampled_from(["fixed", "per_inhabitant", "one_off"]), st.integers(0, 10**10)),
    min_size=1,
    max_size=4,
).map(
    lambda drawn: tuple(
        Component(name=f"part {place}", label=f"Del {place}", kind=kind, amount_ore=ore)  # type: ignore[arg-type]
        for place, (kind, ore) in enumerate(drawn)
    )
)
prorations = st.sampled_from(["none", "monthly", "daily"])


@given(terms, components, prorations, st.integers(1, 10**6), st.integers(2022, 2028))
def test_computing_again_from_the_lines_gives_the_same_ore(
    terms: list[Term], components: tuple[Component, ...], proration: Proration, inhabitants: int, year: int
) -> None:
    fee = reckon(
        year,
        rates(components=components, proration=proration, host_pays=False),
        population=figure(inhabitants),
        covers=(cover("part 0"),),
        terms=terms,
    )

    assert again(fee) == (fee.total_ore, fee.covered_ore, fee.to_pay_ore)
    assert fee.total_ore == sum(line.amount_ore for line in fee.lines) == fee.covered_ore + fee.to_pay_ore


@given(terms, components, prorations, st.integers(1, 10**6), st.integers(2022, 2028))
def test_a_part_of_a_year_never_costs_more_than_the_whole(
    terms: list[Term], components: tuple[Component, ...], proration: Proration, inhabitants: int, year: int
) -> None:
    adopted = rates(components=components, proration=proration, host_pays=False)
    part = reckon(year, adopted, population=figure(inhabitants), covers=(), terms=terms)
    whole = quote(adopted, population=figure(inhabitants), covers=(), one_off=True)

    assert 0 <= part.to_pay_ore <= whole.to_pay_ore


@given(terms, prorations.filter(lambda proration: proration != "none"), st.integers(2022, 2028))
def test_no_more_than_the_whole_year_counts(terms: list[Term], proration: Proration, year: int) -> None:
    parts, whole = share(year, proration, within(year, terms))

    assert 0 <= parts <= whole
