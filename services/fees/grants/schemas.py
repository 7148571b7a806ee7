"""Shapes of grants over HTTP and in the form."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.web.jsonfields import Whole

_YEAR = validate.Range(min=2000, max=2100, error="Oppgi et årstall.")
_MISSING: dict[str, Any] = {"required": "Må fylles ut.", "invalid": "Oppgi et årstall."}
_REASON = validate.Length(min=1, max=500, error="Skriv en begrunnelse på høyst 500 tegn.")


class GrantRequest(Schema):
    """A grant that covers a component of the fee in the given years."""

    grantor = fields.String(required=True, validate=validate.Length(min=1, max=200))
    component = fields.String(required=True)
    years = fields.List(Whole(validate=_YEAR), required=True, validate=validate.Length(max=50))
    reference = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    assumed = fields.List(fields.String(validate=validate.Length(max=80)), load_default=list)


class RevocationRequest(Schema):
    """Why a grant holds no longer."""

    reason = fields.String(required=True, validate=_REASON, error_messages=_MISSING)


class GrantForm(Schema):
    """The form: years as first and last."""

    grantor = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200, error="Må fylles ut."),
        error_messages=_MISSING,
    )
    component = fields.String(required=True, error_messages=_MISSING)
    first_year = fields.Integer(required=True, validate=_YEAR, error_messages=_MISSING)
    last_year = fields.Integer(required=True, validate=_YEAR, error_messages=_MISSING)
    reference = fields.String(load_default=None, validate=validate.Length(max=200))


class GrantView(Schema):
    """A grant, and whether it was revoked."""

    grant_id = fields.String()
    grantor = fields.String()
    component = fields.String()
    years = fields.List(fields.Integer())
    reference = fields.String(allow_none=True)
    assumed = fields.List(fields.String())
    awarded_at = fields.String()
    event_id = fields.String()
    revoked_at = fields.String(allow_none=True)
    revocation_reason = fields.String(allow_none=True)
    example = fields.Boolean()


class GrantsView(Schema):
    """All grants."""

    items = fields.List(fields.Nested(GrantView))
