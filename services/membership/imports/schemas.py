"""What an import would do or has done, and the forms of the page."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.membership.imports.handlers import KINDS
from shared.web.formfields import Upload


class YearSumView(Schema):
    """A year's figures in the file, and what is recorded for the same municipalities."""

    year = fields.Integer()
    rows = fields.Integer()
    total = fields.Integer()
    recorded = fields.Integer()


class DifferenceView(Schema):
    """A figure beside the one before it."""

    municipality_id = fields.String()
    name = fields.String()
    as_of = fields.Date()
    inhabitants = fields.Integer()
    before = fields.Integer()
    before_as_of = fields.Date()
    change = fields.Integer()


class ImportView(Schema):
    """Rows by what became of them; `dry_run` says that nothing was recorded."""

    kind = fields.String()
    dry_run = fields.Boolean()
    rows = fields.Integer()
    new = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    sums = fields.List(fields.Nested(YearSumView))
    differences = fields.List(fields.Nested(DifferenceView))


class FileContent(fields.Field[bytes]):
    """The bytes of a file that the page carries along, as base64."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        """The bytes; a ValidationError if somebody has changed the text."""
        del attr, data, kwargs
        try:
            return base64.b64decode(str(value), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError("Velg fila på nytt.") from error


class ConfirmForm(Schema):
    """The preview sent back: the same file, to be recorded now."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    content = FileContent(required=True)
    published_on = fields.Date(load_default=None)
    source = fields.String(load_default=None, validate=validate.Length(max=200))


class PreviewForm(Schema):
    """A chosen file; nothing is recorded yet."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    file = Upload(required=True, metadata={"type": "file"})
    published_on = fields.Date(load_default=None)
    source = fields.String(load_default=None, validate=validate.Length(max=200))
