"""Events of a fee to its row."""

from __future__ import annotations

from typing import Any

import msgspec

from services.fees.contract import (
    FeeCorrected,
    FeeDetermined,
    FeeDeviationFound,
    FeeDeviationSettled,
    FeeEstimated,
    FeeProposed,
    FeeQuoted,
    FeeWaived,
)
from services.fees.fees.tables import fees
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_fee_quoted(row: Row | None, recorded: Recorded[FeeQuoted]) -> Row:
    """The latest quote."""
    return _row(row, recorded) | _said("quote", "quoted_at", recorded)


def on_fee_estimated(row: Row | None, recorded: Recorded[FeeEstimated]) -> Row:
    """The latest estimate."""
    return _row(row, recorded) | _said("estimate", "estimated_at", recorded)


def on_fee_proposed(row: Row | None, recorded: Recorded[FeeProposed]) -> Row:
    """The latest proposal."""
    return _row(row, recorded) | _said("proposal", "proposed_at", recorded)


def on_fee_determined(row: Row | None, recorded: Recorded[FeeDetermined]) -> Row:
    """The determination."""
    first = {"first_determined_ore": recorded.event.to_pay_ore}
    return _row(row, recorded) | _said("determination", "determined_at", recorded) | first


def on_fee_corrected(row: Row | None, recorded: Recorded[FeeCorrected]) -> Row:
    """The corrected amount takes the place of the determined one."""
    return _row(row, recorded) | _said("determination", "corrected_at", recorded)


def on_fee_deviation_found(row: Row | None, recorded: Recorded[FeeDeviationFound]) -> Row:
    """What the office is to settle; a newer deviation takes the place of an older one."""
    event = recorded.event
    deviation = {
        "deviation": event.deviation,
        "changed": list(event.changed),
        "determined_ore": event.determined_ore,
        "expected_ore": event.expected_ore,
        "difference_ore": event.difference_ore,
        "expected": _json(event.expected),
        "event_id": recorded.event_id,
        "found_at": recorded.recorded_at,
    }
    return _row(row, recorded) | {"deviation": deviation, "deviations": event.deviation}


def on_fee_deviation_settled(row: Row | None, recorded: Recorded[FeeDeviationSettled]) -> Row:
    """The deviation is dealt with and listed."""
    known, event = _row(row, recorded), recorded.event
    open_one = known["deviation"] or {}
    settlement = {
        "deviation": event.deviation,
        "outcome": event.outcome,
        "reason": event.reason,
        "difference_ore": open_one.get("difference_ore"),
        "settled_at": recorded.recorded_at,
    }
    left = {"left": open_one.get("expected"), "corrected": None, "vanished": known["left"]}
    return known | {
        "deviation": None,
        "left": left[event.outcome],
        "settlements": [*known["settlements"], settlement],
    }


def on_fee_waived(row: Row | None, recorded: Recorded[FeeWaived]) -> Row:
    """A part of the fee is not claimed."""
    known, event = _row(row, recorded), recorded.event
    waiver = {"waived_ore": event.waived_ore, "reason": event.reason, "waived_at": recorded.recorded_at}
    return known | {
        "waived_ore": known["waived_ore"] + event.waived_ore,
        "waivers": [*known["waivers"], waiver],
    }


def _row(row: Row | None, recorded: Recorded[Any]) -> Row:
    if row is not None:
        return row | {"example": row["example"] or recorded.example}
    blank: Row = dict.fromkeys(column.name for column in fees.columns)
    return blank | {
        "municipality_id": recorded.event.municipality_id,
        "year": recorded.event.year,
        "waived_ore": 0,
        "waivers": [],
        "deviations": 0,
        "settlements": [],
        "example": recorded.example,
    }


def _json(value: Any) -> Any:
    """The value as a JSON column gives it back, so that a fresh row equals a stored one."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _said(stage: str, at: str, recorded: Recorded[Any]) -> Row:
    return {
        stage: _json(recorded.event.arithmetic),
        f"{stage}_event_id": recorded.event_id,
        at: recorded.recorded_at,
    }


FEES = Projection(
    table=fees,
    on={
        FeeQuoted: on_fee_quoted,
        FeeEstimated: on_fee_estimated,
        FeeProposed: on_fee_proposed,
        FeeDetermined: on_fee_determined,
        FeeCorrected: on_fee_corrected,
        FeeDeviationFound: on_fee_deviation_found,
        FeeDeviationSettled: on_fee_deviation_settled,
        FeeWaived: on_fee_waived,
    },
)
