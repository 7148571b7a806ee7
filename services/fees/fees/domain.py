"""A municipality's fee of a year: quoted, estimated, proposed, determined, and what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from services.fees.contract import (
    Arithmetic,
    FeeCorrected,
    FeeDetermined,
    FeeDeviationFound,
    FeeDeviationSettled,
    FeeEstimated,
    FeeProposed,
    FeeQuoted,
    FeeWaived,
    MunicipalityId,
)
from services.fees.fees.comparison import differences, same
from services.fees.fees.state import Fee, FeeEvent, evolve
from shared.decider import Decider
from shared.errors import Refused

Stage = Literal["quote", "estimate", "proposal"]
"""What an assessment is worth: a figure for the council, an estimate, or ready to be determined."""


@dataclass(frozen=True, kw_only=True)
class AssessFee:
    """Take note of what the inputs, as known now, lead to. Asked by policies only."""

    municipality_id: MunicipalityId
    year: int
    stage: Stage
    arithmetic: Arithmetic


@dataclass(frozen=True, kw_only=True)
class DetermineFee:
    """Confirm the fee as reckoned; the office has seen it in the preview."""

    municipality_id: MunicipalityId
    year: int
    arithmetic: Arithmetic


@dataclass(frozen=True, kw_only=True)
class SettleDeviation:
    """Correct the fee to what the inputs now give, or leave it as determined."""

    municipality_id: MunicipalityId
    year: int
    deviation: int
    outcome: Literal["corrected", "left"]
    reason: str


@dataclass(frozen=True, kw_only=True)
class WaiveFee:
    """Do not claim `waived_ore` of the fee; None is all that is left of it."""

    municipality_id: MunicipalityId
    year: int
    waived_ore: int | None
    reason: str


FeeCommand = AssessFee | DetermineFee | SettleDeviation | WaiveFee
Said = TypeVar("Said", FeeQuoted, FeeEstimated, FeeProposed)


class FeeAlreadyDetermined(Refused):
    """A determined fee changes by a settled deviation only."""

    code = "fee-already-determined"
    nb = "Avgiften er allerede fastsatt. Den endres bare ved å avgjøre et avvik."


class FeeNotDetermined(Refused):
    """What is asked needs a determined fee."""

    code = "fee-not-determined"
    nb = "Avgiften er ikke fastsatt ennå."


class FigureMissing(Refused):
    """The population of 1 January of the budget year is not known yet."""

    code = "population-figure-missing"
    nb = "Folketallet per 1. januar i budsjettåret mangler."


class NotLiable(Refused):
    """The municipality has nothing to pay for the year."""

    code = "not-liable"
    nb = "Kommunen skal ikke betale avgift for dette året."


class NoOpenDeviation(Refused):
    """There is no deviation to settle."""

    code = "no-open-deviation"
    nb = "Det er ikke noe avvik å avgjøre."


class DeviationOutdated(Refused):
    """A newer deviation has taken the place of the one that was looked at."""

    code = "deviation-outdated"
    nb = "Grunnlaget har endret seg igjen. Se på det nye avviket før du avgjør det."


class WaiverTooLarge(Refused):
    """No more can be waived than is left to pay."""

    code = "waiver-too-large"
    nb = "Beløpet er større enn det som gjenstår av avgiften."


class ReasonMissing(Refused):
    """What departs from the rule needs a reason."""

    code = "reason-missing"
    nb = "Skriv en begrunnelse."


class PreviewOutdated(Refused):
    """Something has changed since the office looked at the preview."""

    code = "preview-outdated"
    nb = "Grunnlaget har endret seg siden forhåndsvisningen. Se gjennom den nye og bekreft på nytt."


class MissingNotAcknowledged(Refused):
    """Members that cannot be determined were not accepted as left out."""

    code = "missing-not-acknowledged"
    nb = "Noen medlemmer kan ikke fastsettes ennå. Bekreft at de skal vente."


def assess(fee: Fee, command: AssessFee) -> list[FeeEvent]:
    """Quote, estimate or propose where something is new; a determined fee may deviate instead."""
    if fee.determined is not None:
        return deviate(fee, fee.determined, command)
    if command.stage == "quote":
        return [] if same(fee.quoted, command.arithmetic) else [_said(FeeQuoted, command)]
    if command.stage == "estimate" and fee.proposed is None:
        return [] if same(fee.estimated, command.arithmetic) else [_said(FeeEstimated, command)]
    if same(fee.proposed, command.arithmetic):
        return []
    # Who joins late in a year is estimated and proposed at once, so that every fee has an estimate.
    estimate: list[FeeEvent] = [_said(FeeEstimated, command)] if fee.estimated is None else []
    return [*estimate, _said(FeeProposed, command)]


def deviate(fee: Fee, determined: Arithmetic, command: AssessFee) -> list[FeeEvent]:
    """Say that the inputs lead elsewhere than determined, once per such finding."""
    now = command.arithmetic
    if command.stage == "quote" or same(fee.expected, now):
        return []
    changed = differences(determined, now)
    if not changed or same(fee.left, now):
        return (
            [_settled(fee, command, "vanished", "The inputs are again as settled.")] if fee.expected else []
        )
    return [
        FeeDeviationFound(
            municipality_id=command.municipality_id,
            year=command.year,
            deviation=fee.deviations + 1,
            changed=changed,
            determined_ore=determined.to_pay_ore,
            expected_ore=now.to_pay_ore,
            difference_ore=now.to_pay_ore - determined.to_pay_ore,
            expected=now,
        )
    ]


def determine(fee: Fee, command: DetermineFee) -> list[FeeEvent]:
    """Fix the fee; asked again with the same reckoning, nothing happens."""
    arithmetic = command.arithmetic
    if fee.determined is not None:
        if same(fee.determined, arithmetic):
            return []
        raise FeeAlreadyDetermined("The fee of the year is determined.", year=command.year)
    if arithmetic.liability != "liable":
        raise NotLiable("There is nothing to determine.", year=command.year, liability=arithmetic.liability)
    counted = any(line.kind in ("per_inhabitant", "bands") for line in arithmetic.lines)
    own_date = date(command.year, 1, 1)
    if counted and (arithmetic.population is None or arithmetic.population.as_of != own_date):
        raise FigureMissing("The year's own population figure is missing.", missing=own_date.isoformat())
    return [
        FeeDetermined(
            municipality_id=command.municipality_id,
            year=command.year,
            to_pay_ore=arithmetic.to_pay_ore,
            arithmetic=arithmetic,
            estimated_ore=fee.estimated.to_pay_ore if fee.estimated else None,
        )
    ]


def settle(fee: Fee, command: SettleDeviation) -> list[FeeEvent]:
    """Settle the open deviation; a correction says old and new amount."""
    if fee.determined is None or fee.expected is None:
        raise NoOpenDeviation("There is no open deviation.", year=command.year)
    if command.deviation != fee.deviations:
        raise DeviationOutdated("A newer deviation is open.", deviation=fee.deviations)
    _check_reason(command.reason)
    settled = _settled(fee, command, command.outcome, command.reason)
    if command.outcome == "left":
        return [settled]
    corrected = FeeCorrected(
        municipality_id=command.municipality_id,
        year=command.year,
        deviation=fee.deviations,
        old_to_pay_ore=fee.determined.to_pay_ore,
        to_pay_ore=fee.expected.to_pay_ore,
        arithmetic=fee.expected,
        reason=command.reason,
    )
    return [corrected, settled]


def waive(fee: Fee, command: WaiveFee) -> list[FeeEvent]:
    """Waive a part of what is left to pay, or all of it."""
    if fee.determined is None:
        raise FeeNotDetermined("Only a determined fee can be waived.", year=command.year)
    _check_reason(command.reason)
    remaining = max(0, fee.determined.to_pay_ore - fee.waived_so_far_ore)
    waived = remaining if command.waived_ore is None else command.waived_ore
    if waived <= 0 or waived > remaining:
        raise WaiverTooLarge("No more can be waived than is left to pay.", field="waived_ore", left=remaining)
    return [
        FeeWaived(
            municipality_id=command.municipality_id,
            year=command.year,
            waived_ore=waived,
            reason=command.reason,
        )
    ]


def decide(fee: Fee, command: FeeCommand) -> list[FeeEvent]:
    """What follows from the command."""
    match command:
        case AssessFee():
            return assess(fee, command)
        case DetermineFee():
            return determine(fee, command)
        case SettleDeviation():
            return settle(fee, command)
        case WaiveFee():
            return waive(fee, command)


def _said(kind: type[Said], command: AssessFee) -> Said:
    return kind(
        municipality_id=command.municipality_id,
        year=command.year,
        to_pay_ore=command.arithmetic.to_pay_ore,
        arithmetic=command.arithmetic,
    )


def _settled(
    fee: Fee,
    command: AssessFee | SettleDeviation,
    outcome: Literal["corrected", "left", "vanished"],
    reason: str,
) -> FeeDeviationSettled:
    return FeeDeviationSettled(
        municipality_id=command.municipality_id,
        year=command.year,
        deviation=fee.deviations,
        outcome=outcome,
        reason=reason,
    )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("A reason is needed.", field="reason")


fees: Decider[Fee, FeeCommand, FeeEvent] = Decider(
    category="fee", initial=Fee(), decide=decide, evolve=evolve, about="municipality"
)
