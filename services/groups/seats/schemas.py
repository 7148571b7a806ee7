"""Bodies and views of seats and of the form "Velg faggrupper", for API and forms."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from services.groups.contract import SeatRole

ROLE = validate.OneOf(get_args(SeatRole))
"""In what capacity somebody sits."""


class AppointmentRequest(Schema):
    """Who is to sit, in what capacity, and from when to when."""

    contact_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=ROLE)
    deputy = fields.Boolean(load_default=False)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class VacationRequest(Schema):
    """The first day without that person in the seat; `term` says who is meant, else the day and `deputy` do."""

    vacated_on = fields.Date(required=True)
    deputy = fields.Boolean(load_default=False)
    term = fields.Integer(load_default=None, allow_none=True)


class ClosingRequest(Schema):
    """The first day without a seat that came from a sign-up."""

    closed_on = fields.Date(required=True)


class TermCorrectionRequest(Schema):
    """The dates that hold, and why others stood there."""

    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ContactCorrectionRequest(Schema):
    """Who really sits and in what capacity, and why somebody else stood there."""

    contact_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=ROLE)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class GroupChoicesRequest(Schema):
    """The form "Velg faggrupper (Påkrevd)"."""

    contact_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=ROLE)
    group_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(min=1, max=50),
    )


class TermView(Schema):
    """A term: a contact in a role, half-open dates."""

    term = fields.Integer()
    contact_id = fields.String()
    role = fields.String()
    deputy = fields.Boolean()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class SeatView(Schema):
    """A seat on a day: who sits, who is deputy, who comes."""

    municipality_id = fields.String()
    group_id = fields.String()
    seat = fields.Integer()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    choice_id = fields.String(allow_none=True)
    vacant = fields.Boolean()
    member = fields.Nested(TermView, allow_none=True)
    deputy = fields.Nested(TermView, allow_none=True)
    upcoming = fields.List(fields.Nested(TermView))
    ends_soon = fields.Date(allow_none=True)
    example = fields.Boolean()


class ChoiceView(Schema):
    """A sent form: what it asked for, and from when it holds (null: from joining)."""

    choice_id = fields.String()
    municipality_id = fields.String()
    contact_id = fields.String()
    role = fields.String()
    group_ids = fields.List(fields.String())
    chosen_on = fields.Date()
    effective_from = fields.Date(allow_none=True)
    example = fields.Boolean()


class ChoicesView(Schema):
    """All sign-ups of one municipality."""

    items = fields.List(fields.Nested(ChoiceView))


class MunicipalitySeatsView(Schema):
    """All of a municipality: seats of the day, sign-ups, and a coming end of membership."""

    municipality_id = fields.String()
    as_of = fields.Date()
    standing = fields.String()
    membership_ends_on = fields.Date(allow_none=True)
    seats = fields.List(fields.Nested(SeatView))
    choices = fields.List(fields.Nested(ChoiceView))
