"""The shape of an amount's arithmetic over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields


class ScheduleUsedView(Schema):
    """The adoption that an amount rests on."""

    schedule_id = fields.String()
    event_id = fields.String()


class PopulationUsedView(Schema):
    """The figure that an amount rests on."""

    as_of = fields.Date()
    inhabitants = fields.Integer()
    source = fields.String()
    event_id = fields.String()
    invented = fields.Boolean()


class MembershipUsedView(Schema):
    """A time of membership within the year."""

    valid_from = fields.Date()
    valid_to = fields.Date()
    event_ids = fields.List(fields.String())
    host_exempt = fields.Boolean()


class LineView(Schema):
    """rate_ore x quantity x parts / whole, rounded half up."""

    component = fields.String()
    label = fields.String()
    kind = fields.String()
    rate_ore = fields.Integer()
    quantity = fields.Integer()
    parts = fields.Integer()
    whole = fields.Integer()
    amount_ore = fields.Integer()
    covered_ore = fields.Integer()
    to_pay_ore = fields.Integer()
    grant_event_id = fields.String(allow_none=True)
    grantor = fields.String(allow_none=True)


class ArithmeticView(Schema):
    """How an amount comes about."""

    liability = fields.String()
    proration = fields.String()
    schedule = fields.Nested(ScheduleUsedView)
    population = fields.Nested(PopulationUsedView, allow_none=True)
    membership = fields.List(fields.Nested(MembershipUsedView))
    first_member_from = fields.Date(allow_none=True)
    lines = fields.List(fields.Nested(LineView))
    total_ore = fields.Integer()
    covered_ore = fields.Integer()
    to_pay_ore = fields.Integer()
    rounding = fields.String()
    assumed = fields.List(fields.String())
    currency = fields.String()
