"""Shapes of fees over HTTP and in the forms. Amounts are øre, dates half-open."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from services.fees.fees.arithmetic_schemas import ArithmeticView
from services.fees.schedules.schemas import Kroner
from shared.web.jsonfields import Whole

_REASON = validate.Length(min=1, max=500, error="Skriv en begrunnelse på høyst 500 tegn.")
_MISSING: dict[str, Any] = {"required": "Må fylles ut.", "invalid": "Må fylles ut riktig."}


class SaidView(Schema):
    """One thing that was said of the fee: its arithmetic, by which event, and when."""

    event_id = fields.String()
    at = fields.String()
    arithmetic = fields.Nested(ArithmeticView)


class DeviationView(Schema):
    """What waits to be settled."""

    deviation = fields.Integer()
    changed = fields.List(fields.String())
    determined_ore = fields.Integer()
    expected_ore = fields.Integer()
    difference_ore = fields.Integer()
    expected = fields.Nested(ArithmeticView)
    event_id = fields.String()
    found_at = fields.String()


class SettlementView(Schema):
    """A deviation that was dealt with."""

    deviation = fields.Integer()
    outcome = fields.String()
    reason = fields.String()
    difference_ore = fields.Integer(allow_none=True)
    settled_at = fields.String()


class WaiverView(Schema):
    """A part of the fee that is not claimed."""

    waived_ore = fields.Integer()
    reason = fields.String()
    waived_at = fields.String()


class FeeLineView(Schema):
    """A municipality's line of the year table."""

    municipality_id = fields.String()
    number = fields.String(allow_none=True)
    name = fields.String()
    full_name = fields.String()
    year = fields.Integer()
    status = fields.String()
    liability = fields.String(allow_none=True)
    inhabitants = fields.Integer(allow_none=True)
    population_as_of = fields.Date(allow_none=True)
    quoted_ore = fields.Integer(allow_none=True)
    estimated_ore = fields.Integer(allow_none=True)
    proposed_ore = fields.Integer(allow_none=True)
    determined_ore = fields.Integer(allow_none=True)
    total_ore = fields.Integer()
    covered_ore = fields.Integer()
    waived_ore = fields.Integer()
    to_pay_ore = fields.Integer()
    difference_to_estimate_ore = fields.Integer(allow_none=True)
    last_year_ore = fields.Integer(allow_none=True)
    difference_to_last_year_ore = fields.Integer(allow_none=True)
    deviation_ore = fields.Integer(allow_none=True)
    assumed = fields.List(fields.String())
    example = fields.Boolean()
    arithmetic_href = fields.String()


class FeeLinesView(Schema):
    """The fees of one municipality."""

    items = fields.List(fields.Nested(FeeLineView))


class FeeView(FeeLineView):
    """A fee with all that was said of it."""

    currency = fields.String()
    quote = fields.Nested(SaidView, allow_none=True)
    estimate = fields.Nested(SaidView, allow_none=True)
    proposal = fields.Nested(SaidView, allow_none=True)
    determination = fields.Nested(SaidView, allow_none=True)
    first_determined_ore = fields.Integer(allow_none=True)
    deviation = fields.Nested(DeviationView, allow_none=True)
    settlements = fields.List(fields.Nested(SettlementView))
    waivers = fields.List(fields.Nested(WaiverView))


class ComponentSumView(Schema):
    """One component over all municipalities."""

    component = fields.String()
    label = fields.String()
    amount_ore = fields.Integer()
    covered_ore = fields.Integer()
    to_pay_ore = fields.Integer()


class TotalsView(Schema):
    """Sums of the year; what is only quoted is owed by nobody and counted apart."""

    municipalities = fields.Integer()
    determined = fields.Integer()
    quoted_ore = fields.Integer()
    estimated_ore = fields.Integer()
    proposed_ore = fields.Integer()
    determined_ore = fields.Integer()
    total_ore = fields.Integer()
    covered_ore = fields.Integer()
    waived_ore = fields.Integer()
    to_pay_ore = fields.Integer()
    difference_to_estimate_ore = fields.Integer()
    last_year_ore = fields.Integer()
    deviations = fields.Integer()
    by_component = fields.List(fields.Nested(ComponentSumView))
    assumed = fields.List(fields.String())


class YearsView(Schema):
    """The years of which anything has been said."""

    items = fields.List(fields.Integer())


class YearView(Schema):
    """The year table."""

    year = fields.Integer()
    currency = fields.String()
    totals = fields.Nested(TotalsView)
    fees = fields.List(fields.Nested(FeeLineView))


class PreviewLineView(Schema):
    """A fee that is determined, or will be when the year is confirmed."""

    municipality_id = fields.String()
    number = fields.String(allow_none=True)
    name = fields.String()
    determined = fields.Boolean()
    inhabitants = fields.Integer(allow_none=True)
    total_ore = fields.Integer()
    covered_ore = fields.Integer()
    to_pay_ore = fields.Integer()
    estimated_ore = fields.Integer(allow_none=True)
    difference_to_estimate_ore = fields.Integer(allow_none=True)
    last_year_ore = fields.Integer(allow_none=True)
    difference_to_last_year_ore = fields.Integer(allow_none=True)
    assumed = fields.List(fields.String())
    arithmetic = fields.Nested(ArithmeticView)
    example = fields.Boolean()


class MissingView(Schema):
    """A member that cannot be determined, and why."""

    municipality_id = fields.String()
    number = fields.String(allow_none=True)
    name = fields.String()
    cause = fields.String()
    example = fields.Boolean()


class PreviewTotalsView(Schema):
    """Sums of the preview."""

    municipalities = fields.Integer()
    to_determine = fields.Integer()
    inhabitants = fields.Integer()
    total_ore = fields.Integer()
    covered_ore = fields.Integer()
    to_pay_ore = fields.Integer()
    estimated_ore = fields.Integer()
    difference_to_estimate_ore = fields.Integer()
    last_year_ore = fields.Integer()
    difference_to_last_year_ore = fields.Integer()


class PreviewView(Schema):
    """What a confirmation determines; `hash` is to be given with it."""

    year = fields.Integer()
    currency = fields.String()
    hash = fields.String()
    totals = fields.Nested(PreviewTotalsView)
    fees = fields.List(fields.Nested(PreviewLineView))
    missing = fields.List(fields.Nested(MissingView))


class ConfirmationRequest(Schema):
    """The hash of the preview that was seen; members that must wait are acknowledged."""

    preview_hash = fields.String(required=True, validate=validate.Length(max=64), error_messages=_MISSING)
    acknowledge_missing = fields.Boolean(load_default=False)


class ConfirmationView(Schema):
    """What was determined."""

    year = fields.Integer()
    currency = fields.String()
    newly_determined = fields.Integer()
    determined = fields.Integer()
    to_pay_ore = fields.Integer()
    missing = fields.Integer()


class SettlementRequest(Schema):
    """Correct the fee, or leave it; `deviation` is the number of the one that was looked at."""

    deviation = fields.Integer(required=True, error_messages=_MISSING)
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(("corrected", "left"), error="Velg om avgiften skal rettes eller stå."),
        error_messages=_MISSING,
    )
    reason = fields.String(required=True, validate=_REASON, error_messages=_MISSING)


class WaiverRequest(Schema):
    """An amount that is not claimed; left out, all that is left of the fee."""

    waived_ore = Whole(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=_REASON, error_messages=_MISSING)


class WaiverForm(Schema):
    """The form: the amount in kroner, empty for all that is left."""

    waived_ore = Kroner(load_default=None)
    reason = fields.String(required=True, validate=_REASON, error_messages=_MISSING)


class WaitingItemView(Schema):
    """One thing that waits for the office."""

    kind = fields.String()
    text = fields.String()
    municipality_id = fields.String(allow_none=True)
    href = fields.String()
    since = fields.String(allow_none=True)
    severity = fields.String()


class WaitingView(Schema):
    """What waits for the office in this service."""

    items = fields.List(fields.Nested(WaitingItemView))
