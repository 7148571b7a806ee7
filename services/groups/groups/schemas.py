"""Bodies and views of groups, for API and forms."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from services.groups.contract import DecisionRule, GroupKind, SeatKind

TEXT = validate.Length(min=1, max=200)
"""A name or a reason."""
_LONG_TEXT = validate.Length(min=1, max=10_000)


class GroupRequest(Schema):
    """What a new group is."""

    group_id = fields.UUID(load_default=None)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(get_args(GroupKind)),
    )
    name = fields.String(required=True, validate=TEXT)
    decision_rule = fields.String(
        required=True,
        validate=validate.OneOf(get_args(DecisionRule)),
    )
    seat_kind = fields.String(
        required=True,
        validate=validate.OneOf(get_args(SeatKind)),
    )
    seats_per_municipality = fields.Integer(
        load_default=0,
        strict=False,
        validate=validate.Range(min=0, max=20),
    )
    employed_by_host = fields.Boolean(load_default=False)
    composition = fields.List(fields.String(validate=TEXT), load_default=list)
    established_on = fields.Date(required=True)
    assumed = fields.List(fields.String(validate=TEXT), load_default=list)


class MandateRequest(Schema):
    """A mandate and who decided it, empty where that is not known."""

    text = fields.String(required=True, validate=_LONG_TEXT)
    decided_by = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    adopted_on = fields.Date(required=True)


class ArchivingRequest(Schema):
    """The first day without the group, and why."""

    archived_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=TEXT)


class GroupCorrectionRequest(Schema):
    """What was recorded wrongly, what holds, and why; a date is written YYYY-MM-DD."""

    fact = fields.String(
        required=True,
        validate=validate.OneOf(["name", "established_on", "archived_on"]),
    )
    new_value = fields.String(required=True, validate=TEXT)
    reason = fields.String(required=True, validate=TEXT)


class MandateView(Schema):
    """A mandate as it was adopted."""

    mandate_version = fields.Integer()
    text = fields.String()
    decided_by = fields.String(allow_none=True)
    adopted_on = fields.String()


class GroupView(Schema):
    """A group on a day, with its mandate of that day."""

    group_id = fields.String()
    kind = fields.String()
    name = fields.String()
    decision_rule = fields.String()
    seat_kind = fields.String()
    seats_per_municipality = fields.Integer()
    employed_by_host = fields.Boolean()
    composition = fields.List(fields.String())
    assumed = fields.List(fields.String())
    established_on = fields.Date()
    archived_on = fields.Date(allow_none=True)
    mandate = fields.Nested(MandateView, allow_none=True)
    version = fields.Integer()
    example = fields.Boolean()


class GroupsView(Schema):
    """Several groups."""

    items = fields.List(fields.Nested(GroupView))
