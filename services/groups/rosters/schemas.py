"""Views of rosters, coverage and what waits."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.groups.groups.schemas import GroupView
from services.groups.seats.schemas import SeatView


class RosterSeatView(SeatView):
    """A seat with the municipality's name and number of the day."""

    municipality = fields.String(allow_none=True)
    municipality_number = fields.String(allow_none=True)


class WithoutView(Schema):
    """A member that nobody sits for."""

    municipality_id = fields.String()
    municipality = fields.String(allow_none=True)


class EndingView(Schema):
    """A term that ends within 60 days with nobody following."""

    municipality_id = fields.String()
    seat = fields.Integer()
    contact_id = fields.String()
    ends_on = fields.Date()


class CoverageFigures(Schema):
    """How well a group is filled on a day."""

    seats = fields.Integer()
    filled = fields.Integer()
    vacant = fields.Integer()
    represented = fields.Integer()
    members = fields.Integer()
    without = fields.List(fields.Nested(WithoutView))
    ending = fields.List(fields.Nested(EndingView))


class RosterView(Schema):
    """A group's roster on a day; `exists` is False before and after the group."""

    group = fields.Nested(GroupView)
    as_of = fields.Date()
    exists = fields.Boolean()
    seats = fields.List(fields.Nested(RosterSeatView))
    coverage = fields.Nested(CoverageFigures)


class CoverageView(CoverageFigures):
    """The same figures, with the group they are of."""

    group = fields.Nested(GroupView)


class CoveragesView(Schema):
    """The coverage of every group."""

    items = fields.List(fields.Nested(CoverageView))


class WaitingItem(Schema):
    """Something that waits for the office; `text` is a Norwegian sentence."""

    kind = fields.String()
    text = fields.String()
    municipality_id = fields.String(allow_none=True)
    href = fields.String()
    since = fields.String()
    severity = fields.String()


class WaitingView(Schema):
    """All that waits in this service."""

    items = fields.List(fields.Nested(WaitingItem))
