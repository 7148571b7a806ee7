"""Views out, of what waits."""

from __future__ import annotations

from marshmallow import Schema, fields


class WaitingItemView(Schema):
    """One thing that waits for the office; `text` is a Norwegian sentence, `href` where to do it."""

    kind = fields.String()
    text = fields.String()
    municipality_id = fields.String(allow_none=True)
    href = fields.String()
    since = fields.String(allow_none=True)
    severity = fields.String()


class WaitingView(Schema):
    """Everything that waits for the office in this service, the most pressing first."""

    items = fields.List(fields.Nested(WaitingItemView))
