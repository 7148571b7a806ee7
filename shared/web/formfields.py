"""Fields that people fill in otherwise than programs do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.datastructures import FileStorage


class LastDate(fields.Date):
    """The last day of a period, as people give it; loaded as the first day after it (half-open)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        last = super()._deserialize(value, attr, data, **kwargs)
        if last == date.max:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return last + timedelta(days=1)


class Upload(fields.Raw):
    """A file that somebody has chosen; a text sent in its place is none."""

    def _validate(self, value: Any) -> None:
        if not isinstance(value, FileStorage):
            raise ValidationError("Velg en fil.")
        super()._validate(value)


class Count(fields.Integer):
    """A number as people write it here, with spaces between the thousands."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        return super()._deserialize("".join(str(value).split()), attr, data, **kwargs)
