"""What the sign-in room shows to programs."""

from __future__ import annotations

from marshmallow import Schema, fields


class JwksView(Schema):
    """A JWK Set (RFC 7517)."""

    keys = fields.List(fields.Dict(keys=fields.String()), required=True)
