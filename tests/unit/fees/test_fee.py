"""A fee is quoted, estimated, proposed, determined; afterwards only the office changes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.fees.contract import Arithmetic, Band, Component
from services.fees.fees.domain import (
    AssessFee,
    DetermineFee,
    DeviationOutdated,
    FeeAlreadyDetermined,
    FeeNotDetermined,
    FigureMissing,
    NoOpenDeviation,
    NotLiable,
    ReasonMissing,
    SettleDeviation,
    Stage,
    WaiveFee,
    WaiverTooLarge,
    fees,
)
from services.fees.fees.state import Fee, FeeEvent
from tests.support.examples.fees import (
    FIXED,
    LOPPA,
    arithmetic,
    cover,
    fee_corrected,
    fee_determined,
    fee_deviation_found,
    fee_deviation_settled,
    fee_estimated,
    fee_proposed,
    fee_quoted,
    fee_waived,
    figure,
    rates,
    term,
)
from tests.support.given_when_then import Scenario

given = Scenario(fees).given
reissued = arithmetic(population=figure(850))
last_years = arithmetic(population=figure(840, date(2025, 1, 1)))
not_member = arithmetic(terms=())


def assessed(stage: Stage = "proposal", reckoned: Arithmetic | None = None) -> AssessFee:
    return AssessFee(municipality_id=LOPPA, year=2026, stage=stage, arithmetic=reckoned or arithmetic())


def determine(reckoned: Arithmetic | None = None) -> DetermineFee:
    return DetermineFee(municipality_id=LOPPA, year=2026, arithmetic=reckoned or arithmetic())


def settle(**changes: Any) -> SettleDeviation:
    return SettleDeviation(
        **{
            "municipality_id": LOPPA,
            "year": 2026,
            "deviation": 1,
            "outcome": "left",
            "reason": "Under terskelen",
            **changes,
        }
    )


def waive(ore: int | None = 423_000, reason: str = "Vedtak i KDU") -> WaiveFee:
    return WaiveFee(municipality_id=LOPPA, year=2026, waived_ore=ore, reason=reason)


def test_an_invited_municipality_is_quoted() -> None:
    given().when(assessed("quote")).then(fee_quoted())


def test_the_same_quote_is_not_given_twice() -> None:
    given(fee_quoted()).when(assessed("quote")).then_nothing()


def test_a_joining_date_gives_an_estimate() -> None:
    given(fee_quoted()).when(assessed("estimate")).then(fee_estimated())


@pytest.mark.parametrize("said", [fee_quoted, fee_estimated, fee_proposed, fee_determined])
def test_another_reckoning_tells_what_was_to_pay_before(said: Callable[[], FeeEvent]) -> None:
    another = fee_estimated(arithmetic=reissued, to_pay_ore=reissued.to_pay_ore)

    assert fees.previous(fees.fold([said()]), another) == {"to_pay_ore": arithmetic().to_pay_ore}


def test_another_figure_gives_another_estimate() -> None:
    given(fee_estimated(arithmetic=last_years)).when(assessed("estimate")).then(fee_estimated())


def test_another_event_with_the_same_content_gives_no_new_estimate() -> None:
    same_figure = arithmetic(population=figure(event_id="another"), terms=(term(date(2022, 1, 1)),))

    given(fee_estimated()).when(assessed("estimate", same_figure)).then_nothing()


def test_the_years_own_figure_gives_a_proposal() -> None:
    given(fee_estimated()).when(assessed()).then(fee_proposed())


def test_a_late_joiner_is_estimated_and_proposed_at_once() -> None:
    given().when(assessed()).then(fee_estimated(), fee_proposed())


def test_a_proposal_whose_year_is_no_longer_one_of_membership_is_replaced_by_nothing_to_pay() -> None:
    given(fee_estimated(), fee_proposed()).when(assessed("estimate", not_member)).then(
        fee_proposed(arithmetic=not_member, to_pay_ore=0)
    )


def test_the_office_determines_and_the_estimate_stays_beside_it() -> None:
    given(fee_estimated(to_pay_ore=15_420_000, arithmetic=last_years), fee_proposed()).when(determine()).then(
        fee_determined(estimated_ore=last_years.to_pay_ore)
    )


def test_determining_the_same_again_is_nothing_new() -> None:
    given(fee_determined()).when(determine()).then_nothing()


def test_determining_otherwise_is_refused() -> None:
    given(fee_determined()).when(determine(reissued)).then_refused(FeeAlreadyDetermined, year=2026)


def test_determining_without_the_years_own_figure_is_refused() -> None:
    given(fee_estimated()).when(determine(last_years)).then_refused(FigureMissing, missing="2026-01-01")


def test_what_counts_inhabitants_is_not_determined_without_any_figure() -> None:
    given(fee_estimated()).when(determine(arithmetic(population=None))).then_refused(
        FigureMissing, missing="2026-01-01"
    )


def test_what_goes_by_bands_is_not_determined_by_the_figure_of_another_year() -> None:
    size = Component(
        name="size", label="Etter størrelse", kind="bands", bands=(Band(from_inhabitants=0, amount_ore=100),)
    )
    by_size = arithmetic(rates=rates(components=(size,)), population=figure(840, date(2025, 1, 1)))

    given().when(determine(by_size)).then_refused(FigureMissing, missing="2026-01-01")


def test_a_fixed_fee_is_determined_without_a_figure() -> None:
    fixed = arithmetic(population=None, rates=rates(components=(FIXED,)))

    given().when(determine(fixed)).then(
        fee_determined(arithmetic=fixed, to_pay_ore=FIXED.amount_ore, estimated_ore=None)
    )


def test_determining_for_a_year_without_membership_is_refused() -> None:
    given(fee_estimated()).when(determine(not_member)).then_refused(
        NotLiable, liability="not_member", year=2026
    )


def test_a_reissued_figure_after_the_determination_is_a_deviation() -> None:
    given(fee_determined()).when(assessed(reckoned=reissued)).then(fee_deviation_found())


@pytest.mark.parametrize(
    ("reckoned", "changed"),
    [
        (arithmetic(covers=(cover(),)), ("grant",)),
        (arithmetic(rates=rates(proration="monthly")), ("schedule",)),
        (arithmetic(terms=(term(date(2026, 6, 1)),)), ("membership",)),
        (not_member, ("liability", "membership")),
        (arithmetic(rates=rates(host_pays=False), terms=(term(host=True),)), ("liability",)),
    ],
)
def test_a_deviation_names_what_changed(reckoned: Arithmetic, changed: tuple[str, ...]) -> None:
    given(fee_determined()).when(assessed(reckoned=reckoned)).then(
        fee_deviation_found(expected=reckoned, changed=changed)
    )


def test_a_deviation_is_found_once() -> None:
    given(fee_determined(), fee_deviation_found()).when(assessed(reckoned=reissued)).then_nothing()


def test_a_newer_deviation_replaces_an_open_one() -> None:
    newest = arithmetic(population=figure(860))

    given(fee_determined(), fee_deviation_found()).when(assessed(reckoned=newest)).then(
        fee_deviation_found(expected=newest, deviation=2)
    )


def test_a_deviation_vanishes_when_the_inputs_are_back() -> None:
    given(fee_determined(), fee_deviation_found()).when(assessed()).then(
        fee_deviation_settled(outcome="vanished", reason="The inputs are again as settled.")
    )


def test_what_the_office_left_is_not_found_again() -> None:
    given(fee_determined(), fee_deviation_found(), fee_deviation_settled()).when(
        assessed(reckoned=reissued)
    ).then_nothing()


def test_what_the_office_left_stays_left_when_the_inputs_go_another_way_and_come_back() -> None:
    elsewhere = fee_deviation_found(
        deviation=2,
        expected=not_member,
        expected_ore=0,
        difference_ore=-15_423_000,
        changed=("liability", "membership"),
    )
    back = fee_deviation_settled(deviation=2, outcome="vanished", reason="The inputs are again as settled.")
    history = (fee_determined(), fee_deviation_found(), fee_deviation_settled(), elsewhere)

    given(*history).when(assessed(reckoned=reissued)).then(back)
    given(*history, back).when(assessed(reckoned=reissued)).then_nothing()


def test_an_invitation_to_a_new_version_leaves_a_determined_fee_alone() -> None:
    given(fee_determined()).when(assessed("quote", reissued)).then_nothing()


def test_the_office_corrects_the_fee() -> None:
    given(fee_determined(), fee_deviation_found()).when(
        settle(outcome="corrected", reason="Nytt folketall")
    ).then(fee_corrected(), fee_deviation_settled(outcome="corrected", reason="Nytt folketall"))


def test_after_a_correction_the_same_figure_is_no_deviation() -> None:
    given(
        fee_determined(), fee_deviation_found(), fee_corrected(), fee_deviation_settled(outcome="corrected")
    ).when(assessed(reckoned=reissued)).then_nothing()


def test_the_office_leaves_the_fee() -> None:
    given(fee_determined(), fee_deviation_found()).when(settle()).then(fee_deviation_settled())


def test_settling_without_a_deviation_is_refused() -> None:
    given(fee_determined()).when(settle()).then_refused(NoOpenDeviation, year=2026)


def test_settling_before_the_determination_is_refused() -> None:
    given(fee_estimated()).when(settle(deviation=0)).then_refused(NoOpenDeviation, year=2026)


def test_settling_what_a_newer_deviation_replaced_is_refused() -> None:
    given(fee_determined(), fee_deviation_found(), fee_deviation_found(deviation=2)).when(
        settle()
    ).then_refused(DeviationOutdated, deviation=2)


def test_settling_without_a_reason_is_refused() -> None:
    given(fee_determined(), fee_deviation_found()).when(settle(reason=" ")).then_refused(
        ReasonMissing, field="reason"
    )


def test_the_office_waives_a_part() -> None:
    given(fee_determined()).when(waive()).then(fee_waived())


def test_a_single_ore_can_be_waived_and_then_nothing_more_than_is_left() -> None:
    given(fee_determined()).when(waive(1)).then(fee_waived(waived_ore=1))
    given(fee_determined(), fee_waived(waived_ore=15_423_000)).when(waive(1)).then_refused(
        WaiverTooLarge, left=0, field="waived_ore"
    )


def test_the_office_waives_what_is_left() -> None:
    given(fee_determined(), fee_waived()).when(waive(None)).then(fee_waived(waived_ore=15_000_000))


@pytest.mark.parametrize("ore", [0, -1, 15_423_001])
def test_waiving_more_than_is_left_is_refused(ore: int) -> None:
    given(fee_determined()).when(waive(ore)).then_refused(WaiverTooLarge, left=15_423_000, field="waived_ore")


def test_waiving_before_the_determination_is_refused() -> None:
    given(fee_proposed()).when(waive()).then_refused(FeeNotDetermined, year=2026)


def test_waiving_without_a_reason_is_refused() -> None:
    given(fee_determined()).when(waive(reason="")).then_refused(ReasonMissing, field="reason")


def test_the_state_knows_the_amount_that_was_said_last() -> None:
    assert fees.fold([fee_estimated(to_pay_ore=1), fee_proposed()], Fee()).to_pay_ore == 15_423_000
