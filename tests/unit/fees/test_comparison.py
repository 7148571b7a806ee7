"""What differs between two reckonings is named by its input, and only where it is an input."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from services.fees.contract import Arithmetic, Band, Component
from services.fees.fees.comparison import differences
from tests.support.examples.fees import FIXED, VARIABLE, arithmetic, figure, rates


def by_bands(inhabitants: int, *amounts_ore: int) -> Arithmetic:
    """Under 1000 inhabitants the first amount is to be paid, from there on the second."""
    bands = tuple(
        Band(from_inhabitants=limit, amount_ore=ore)
        for limit, ore in zip((0, 1000), amounts_ore, strict=True)
    )
    size = Component(name="size", label="Etter størrelse", kind="bands", bands=bands)
    return arithmetic(rates=rates(components=(size,)), population=figure(inhabitants))


def fixed(amount_ore: int) -> Arithmetic:
    """A fee that asks for no figure."""
    dear = msgspec.structs.replace(FIXED, amount_ore=amount_ore)
    return arithmetic(rates=rates(components=(dear,)), population=None)


def test_another_band_under_another_figure_is_no_other_schedule() -> None:
    assert differences(by_bands(999, 100, 200), by_bands(1000, 100, 200)) == ("population",)


def test_another_amount_of_the_same_band_is_another_schedule() -> None:
    assert differences(by_bands(1000, 100, 200), by_bands(1000, 100, 300)) == ("schedule",)


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
