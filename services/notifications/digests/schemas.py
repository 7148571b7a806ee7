"""A day's digest as programs read it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.notifications.feed.domain import CONTRACTS
from shared.web.reads import DEFAULT_LIMIT, HIGHEST_LIMIT


class DigestQuestion(Schema):
    """Which days are asked for: of one service or all, from a day on."""

    service = fields.String(validate=validate.OneOf([service for service, _ in CONTRACTS]))
    since = fields.Date()
    limit = fields.Integer(
        validate=validate.Range(min=1, max=HIGHEST_LIMIT), metadata={"default": DEFAULT_LIMIT}
    )
    cursor = fields.String()


class DigestView(Schema):
    """One day (UTC) of one service. While it is not `closed`, it may still get events."""

    service = fields.String(required=True)
    day = fields.String(required=True, metadata={"format": "date"})
    first_number = fields.Integer(required=True)
    last_number = fields.Integer(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256, hexadecimal."})
    closed = fields.Boolean(required=True)


class DigestPage(Schema):
    """A page of days, oldest first; `next` is the cursor of the following one."""

    items = fields.List(fields.Nested(DigestView), required=True)
    next = fields.String(required=True, allow_none=True)
