"""Write an answer as JSON by its schema: as marshmallow would, without what it does for every value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import msgspec
from marshmallow import Schema, fields, missing
from marshmallow.fields import Field
from marshmallow.utils import get_value

from shared.web.jsonfields import Whole

Write = Callable[[Any], bytes]
_Convert = Callable[[Any], Any]

_encode = msgspec.json.Encoder(order="deterministic").encode

_PLAIN: Mapping[type[Field[Any]], type] = {
    fields.String: str,
    fields.Integer: int,
    Whole: int,
    fields.Boolean: bool,
    fields.Date: date,
}
"""Fields whose values, where they are exactly of this type, go into JSON as they are."""


def writer(schema: Schema) -> Write:
    """What writes objects of `schema`, dictionaries or others, as the JSON that `schema.dump` means.

    Schemas with `pre_dump` or `post_dump` are not for this; a test looks at every answer of the suite.
    """
    convert = _list_of(_shaped(schema)) if schema.many else _shaped(schema)
    return lambda shown: _encode(convert(shown))


class _NoneSo:
    """The type of no value: all of a field's values are converted."""


def _shaped(schema: Schema) -> _Convert:
    parts = [
        (field.data_key or name, field.attribute or name, *_converted(name, field))
        for name, field in schema.dump_fields.items()
    ]

    def shape(shown: Any) -> Any:
        get = shown.get if type(shown) is dict else partial(get_value, shown)
        # Looked at here, for a call of a function for every value is what takes long.
        return {
            key: value if value is None or type(value) is exact else convert(value)
            for key, attribute, exact, convert in parts
            if (value := get(attribute, missing)) is not missing
        }

    return shape


def _converted(name: str, field: Field[Any]) -> tuple[type, _Convert]:
    """Values of which type are written as they are, and what makes such of all others but None."""
    if isinstance(field, fields.Nested):
        inner = _shaped(field.schema)
        return _NoneSo, _list_of(inner) if field.many or field.schema.many else inner
    if isinstance(field, fields.List):
        exact, convert = _converted(name, field.inner)
        return _NoneSo, lambda values: [
            value if value is None or type(value) is exact else convert(value) for value in values
        ]
    return _PLAIN.get(type(field), _NoneSo), lambda value: field._serialize(value, name, None)  # noqa: SLF001


def _list_of(convert: _Convert) -> _Convert:
    return lambda values: [convert(value) for value in values]
