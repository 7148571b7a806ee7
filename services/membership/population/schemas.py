"""Bodies in and views out, of inhabitants."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.membership.municipalities.schemas import FigureView
from shared.web.formfields import Count
from shared.web.jsonfields import Whole

MOST_INHABITANTS = 100_000_000
"""More than any municipality can have; what is greater is a slip of the keyboard."""


class FigureRequest(Schema):
    """The inhabitants on a date; leave `published_on` out where it is not known."""

    as_of = fields.Date(required=True)
    inhabitants: fields.Integer = Whole(required=True, validate=validate.Range(max=MOST_INHABITANTS))
    source = fields.String(required=True, validate=validate.Length(1, 200))
    published_on = fields.Date(load_default=None, allow_none=True)
    invented = fields.Boolean(load_default=False)


class FigureForm(FigureRequest):
    """The same as a form sends it."""

    inhabitants = Count(required=True, validate=validate.Range(max=MOST_INHABITANTS))


class PopulationView(Schema):
    """All figures of one municipality, oldest date first."""

    municipality_id = fields.String()
    items = fields.List(fields.Nested(FigureView))
