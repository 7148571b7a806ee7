"""Bodies and views of notices."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class NoticeQuestion(Schema):
    """Which notices are asked for."""

    unread = fields.Boolean(load_default=None)
    municipality = fields.UUID(load_default=None)
    audience = fields.String(load_default=None, validate=validate.OneOf(["office", "municipality"]))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))
    cursor = fields.String(load_default=None)


class NoReading(Schema):
    """Nothing has to be said to mark something as read."""


class ReadingForm(Schema):
    """The page that the button stood on, to go back to it."""

    page = fields.String(load_default="list", validate=validate.OneOf(["list", "municipality"]))


class NoticeView(Schema):
    """One notice; `read_at` is empty while nobody it is for has read it.

    `language_missing` is the chosen language where the text has no translation and is in `language` instead.
    """

    notice_id = fields.String()
    municipality_id = fields.String()
    audience = fields.String()
    role = fields.String()
    template = fields.String()
    template_version = fields.Integer()
    language = fields.String()
    language_missing = fields.String(allow_none=True)
    channel = fields.String()
    state = fields.String()
    subject = fields.String()
    text = fields.String()
    href = fields.String()
    mandatory = fields.Boolean()
    trigger_event_id = fields.String()
    trigger_type = fields.String()
    raised_at = fields.String()
    read_at = fields.String(allow_none=True)
    example = fields.Boolean()


class NoticeList(Schema):
    """A page of notices, newest first; `next` is the cursor of the next one, empty at the end."""

    items = fields.List(fields.Nested(NoticeView))
    unread = fields.Integer()
    next = fields.String(allow_none=True)


class ReadingsView(Schema):
    """How many notices were marked as read."""

    read = fields.Integer()


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
