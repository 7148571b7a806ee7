"""Fields of JSON documents whose meaning is JSON Schema's, where marshmallow's is another."""

from __future__ import annotations

from typing import Any

from marshmallow import fields


class Whole(fields.Integer):
    """A whole number, however JSON spells it: to JSON Schema 1.0 is an integer, "1" and `true` are none."""

    def __init__(self, **options: Any) -> None:
        """As any other field."""
        super().__init__(strict=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return super()._deserialize(whole, attr, data, **kwargs)
