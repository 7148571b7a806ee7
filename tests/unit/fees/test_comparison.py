"""What differs between two reckonings is named by its input, and only where it is an input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from services.fees.contract import Arithmetic, Band, Component
from services.fees.fees.arithmetic import Cover
from services.fees.fees.comparison import differences
from tests.support.examples.fees import FIXED, VARIABLE, arithmetic, cover, figure, rates, term


def by_bands(inhabitants: int, *amounts_ore: int, covers: tuple[Cover, ...] = ()) -> Arithmetic:
    """Under 1000 inhabitants the first amount is to be paid, from there on the second."""
    bands = tuple(
        Band(from_inhabitants=limit, amount_ore=ore)
        for limit, ore in zip((0, 1000), amounts_ore, strict=True)
    )
    size = Component(name="size", label="Etter størrelse", kind="bands", bands=bands)
    return arithmetic(rates=rates(components=(size,)), population=figure(inhabitants), covers=covers)


def fixed(amount_ore: int) -> Arithmetic:
    """A fee that asks for no figure."""
    dear = msgspec.structs.replace(FIXED, amount_ore=amount_ore)
    return arithmetic(rates=rates(components=(dear,)), population=None)


def with_entry(joined_on: date, amount_ore: int = 100) -> Arithmetic:
    """A fee with a one-off, of a municipality that is a member from `joined_on`."""
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=amount_ore)
    return arithmetic(rates=rates(components=(FIXED, VARIABLE, entry)), terms=(term(joined_on),))


def as_host(valid_from: date, valid_to: date | None, **of_rates: Any) -> Arithmetic:
    """A fee of a municipality that hosts the network from one date until another, under a host that is exempt."""
    hosting = term(valid_from, valid_to, host=True)
    after = () if valid_to is None else (term(valid_to),)
    return arithmetic(
        rates=rates(host_pays=False, **of_rates), terms=(term(date(2025, 7, 1)), hosting, *after)
    )


def test_another_band_under_another_figure_is_no_other_schedule() -> None:
    assert differences(by_bands(999, 100, 200), by_bands(1000, 100, 200)) == ("population",)


def test_another_amount_of_the_same_band_is_another_schedule() -> None:
    assert differences(by_bands(1000, 100, 200), by_bands(1000, 100, 300)) == ("schedule",)


def test_somebody_else_who_pays_a_band_makes_no_other_schedule() -> None:
    assert differences(by_bands(1000, 100, 200), by_bands(1000, 100, 200, covers=(cover("size"),))) == (
        "grant",
    )


@pytest.mark.parametrize("component", [FIXED, VARIABLE])
def test_what_goes_by_no_bands_is_another_schedule_under_another_figure_too(component: Component) -> None:
    dearer = msgspec.structs.replace(component, amount_ore=component.amount_ore + 1)
    others = replace(rates(), components=(dearer,))
    before = arithmetic(rates=rates(components=(component,)))

    assert differences(before, arithmetic(rates=others, population=figure(850))) == ("population", "schedule")


def test_a_fee_without_a_figure_may_have_another_schedule() -> None:
    assert differences(fixed(100), fixed(100)) == ()
    assert differences(fixed(100), fixed(200)) == ("schedule",)


def test_where_nothing_was_due_only_liability_and_membership_can_differ() -> None:
    assert differences(arithmetic(terms=()), arithmetic()) == ("liability", "membership")
    assert differences(arithmetic(), arithmetic(terms=())) == ("liability", "membership")


@pytest.mark.parametrize("covers", [(), (cover("size"),)])
def test_a_component_that_comes_or_goes_is_another_schedule_and_no_other_grant(
    covers: tuple[Cover, ...],
) -> None:
    size = Component(name="size", label="Etter størrelse", kind="fixed", amount_ore=100)
    more = arithmetic(rates=rates(components=(FIXED, VARIABLE, size)), covers=covers)

    assert differences(arithmetic(), more) == ("schedule",)
    assert differences(more, arithmetic()) == ("schedule",)


def test_another_grantor_of_what_both_ask_for_is_another_grant_beside_another_schedule() -> None:
    covered = arithmetic(rates=rates(components=(FIXED,)), covers=(cover(),))

    assert differences(arithmetic(), covered) == ("schedule", "grant")


def test_a_one_off_that_is_due_in_another_year_is_another_membership_alone() -> None:
    this_year, before = with_entry(date(2026, 1, 1)), with_entry(date(2025, 7, 1))

    assert differences(this_year, before) == ("membership",)
    assert differences(before, this_year) == ("membership",)


def test_another_first_day_of_membership_matters_only_where_a_one_off_goes_by_it() -> None:
    since_2024, since_2025 = with_entry(date(2024, 7, 1)), with_entry(date(2025, 7, 1))
    without_variable = arithmetic(rates=rates(components=(FIXED,)), terms=(term(date(2024, 7, 1)),))

    assert differences(since_2025, since_2024) == ()
    assert differences(since_2025, without_variable) == ("schedule",)


def test_a_dearer_one_off_is_another_schedule_also_from_another_day_of_the_year() -> None:
    before = with_entry(date(2026, 6, 1))

    assert differences(before, with_entry(date(2026, 6, 1), 200)) == ("schedule",)
    assert differences(before, with_entry(date(2026, 7, 1), 200)) == ("membership", "schedule")
    assert differences(before, with_entry(date(2026, 7, 1))) == ("membership",)


def test_a_fee_of_nothing_but_a_one_off_is_compared_too() -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=100)
    due, not_due = (
        arithmetic(rates=rates(components=(entry,)), terms=(term(date(year, 1, 1)),)) for year in (2026, 2025)
    )

    assert differences(due, not_due) == differences(not_due, due) == ("membership",)


def test_who_is_not_liable_is_told_so_whatever_day_a_one_off_went_by() -> None:
    due = with_entry(date(2026, 1, 1))
    exempt = arithmetic(rates=rates(host_pays=False), terms=(term(date(2025, 1, 1), host=True),))

    assert differences(due, exempt) == differences(exempt, due) == ("liability",)


def test_a_new_one_off_is_another_schedule_for_who_joins_as_before() -> None:
    joined = term(date(2026, 6, 1))

    assert differences(arithmetic(terms=(joined,)), with_entry(joined.valid_from)) == ("schedule",)


def test_a_part_of_the_year_as_host_is_another_liability_and_no_other_membership() -> None:
    member = arithmetic(terms=(term(date(2025, 7, 1)),))
    hosts = as_host(date(2026, 7, 1), date(2026, 10, 1))

    assert differences(member, hosts) == differences(hosts, member) == ("liability",)
    assert differences(hosts, as_host(date(2026, 8, 1), date(2026, 10, 1))) == ("liability",)
    assert differences(hosts, as_host(date(2026, 7, 1), date(2026, 10, 1))) == ()


def test_whether_the_host_pays_is_liability_also_where_it_hosts_for_a_part_of_the_year() -> None:
    hosts = (term(date(2025, 7, 1)), term(date(2026, 7, 1), host=True))

    assert differences(arithmetic(terms=hosts), arithmetic(rates=rates(host_pays=False), terms=hosts)) == (
        "liability",
    )


def test_a_one_off_that_is_not_due_since_membership_began_as_host_is_liability_alone() -> None:
    entry = Component(name="entry", label="Innmelding", kind="one_off", amount_ore=100)
    priced = rates(host_pays=False, components=(FIXED, entry))
    member = arithmetic(rates=priced, terms=(term(date(2026, 1, 1)),))
    began_as_host = arithmetic(
        rates=priced, terms=(term(date(2026, 1, 1), date(2026, 7, 1), host=True), term(date(2026, 7, 1)))
    )

    assert differences(member, began_as_host) == ("liability",)


def test_an_exempt_year_that_does_not_say_so_of_its_times_is_the_same() -> None:
    """As it was said before the times themselves told it."""
    exempt = as_host(date(2025, 12, 1), None)
    untold = tuple(msgspec.structs.replace(span, host_exempt=False) for span in exempt.membership)

    assert exempt.liability == "host_exempt"
    assert differences(msgspec.structs.replace(exempt, membership=untold), exempt) == ()
