"""Body and view of a municipality's language."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from services.notifications.contract import Language


class LanguageRequest(Schema):
    """The language that notices are to be written in: bokmål, nynorsk or English."""

    language = fields.String(required=True, validate=validate.OneOf(get_args(Language)))


class LanguageView(Schema):
    """The language of the municipality's notices; `chosen` is false where it is what everybody begins with."""

    municipality_id = fields.String()
    language = fields.String()
    chosen = fields.Boolean()
