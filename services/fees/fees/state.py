"""What has been said about a municipality's fee of a year, folded from its events."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
)

FeeEvent = (
    FeeQuoted
    | FeeEstimated
    | FeeProposed
    | FeeDetermined
    | FeeDeviationFound
    | FeeDeviationSettled
    | FeeCorrected
    | FeeWaived
)


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What has been said about the fee. `determined` is what holds now, corrections included.

    `expected` is what an unsettled deviation leads to, `left` what the office chose not to follow.
    """

    quoted: Arithmetic | None = None
    estimated: Arithmetic | None = None
    proposed: Arithmetic | None = None
    determined: Arithmetic | None = None
    to_pay_ore: int | None = None
    waived_so_far_ore: int = 0
    deviations: int = 0
    expected: Arithmetic | None = None
    left: Arithmetic | None = None


def evolve(fee: Fee, event: FeeEvent) -> Fee:  # noqa: PLR0911 - one answer per event
    """The fee after the event."""
    match event:
        case FeeQuoted():
            return replace(fee, quoted=event.arithmetic, to_pay_ore=event.to_pay_ore)
        case FeeEstimated():
            return replace(fee, estimated=event.arithmetic, to_pay_ore=event.to_pay_ore)
        case FeeProposed():
            return replace(fee, proposed=event.arithmetic, to_pay_ore=event.to_pay_ore)
        case FeeDetermined() | FeeCorrected():
            return replace(fee, determined=event.arithmetic, to_pay_ore=event.to_pay_ore)
        case FeeDeviationFound():
            return replace(fee, deviations=event.deviation, expected=event.expected)
        case FeeDeviationSettled():
            # One that vanished was settled by nobody, and what the office has left stays left.
            left = {"left": fee.expected, "corrected": None, "vanished": fee.left}[event.outcome]
            return replace(fee, expected=None, left=left)
        case FeeWaived():
            return replace(fee, waived_so_far_ore=fee.waived_so_far_ore + event.waived_ore)
