"""What the CloudEvents 1.0 specification forbids in one structured JSON document."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

_NAME = re.compile(r"[a-z0-9]+")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?P<second>[0-5]\d|60)(?:\.\d+)?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # of RFC 2045, nothing secret
_MEDIA_TYPE = re.compile(rf'{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:{_TOKEN}|"[^"\\]*"))*')
_URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")
_INTEGER = 2**31
_NONCHARACTERS = range(0xFDD0, 0xFDF0)

REQUIRED = ("specversion", "id", "source", "type")
"""Attributes without which a document is no event."""

_DATA = ("data", "data_base64")


class InvalidDocument(Exception):
    """The bytes are not an event that we may act on; `code` says why, for programs and tests."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is stable and in kebab-case, `message` an English sentence."""
        super().__init__(message)
        self.code = code
        self.message = message


def validate(document: bytes) -> dict[str, Any]:
    """The members of a valid document, those that are null left out; raises InvalidDocument."""
    members = _object(document)
    given = {name: value for name, value in members.items() if value is not None or name == "data"}
    if "data" in given and "data_base64" in given:
        raise InvalidDocument("two-data", "The document carries both data and data_base64.")
    if "data_base64" in given:
        _check_base64(given["data_base64"])
    for name in REQUIRED:
        if name not in given:
            raise InvalidDocument("missing-attribute", f"The attribute {name} is missing.")
    for name, value in given.items():
        if name not in _DATA:
            _check_attribute(name, value)
    if given["specversion"] != "1.0":
        raise InvalidDocument("unknown-specversion", "Only specversion 1.0 is known.")
    return given


def is_moment(text: str) -> bool:
    """Whether `text` is a moment as RFC 3339 writes it, of a day and time that exist."""
    match = _MOMENT.fullmatch(text)
    if not match:
        return False
    # A leap second is a moment of RFC 3339, but not of Python.
    whole = text[: match.start("second")] + ("59" if match["second"] == "60" else match["second"])
    try:
        datetime.fromisoformat(whole.upper())
    except ValueError:
        return False
    return True


def is_absolute_uri(text: str) -> bool:
    """Whether `text` is a URI with a scheme."""
    return bool(_ABSOLUTE_URI.fullmatch(text) and _URI_REFERENCE.fullmatch(text))


def _object(document: bytes) -> dict[str, Any]:
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDocument("not-utf8", "The document is not UTF-8.") from error
    try:
        members = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
        if "\\u" in text:  # only an escape can name half of a surrogate pair
            json.dumps(members, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidDocument("bad-characters", "A text holds half of a surrogate pair.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidDocument("not-json", "The document is not JSON.") from error
    if not isinstance(members, dict):
        raise InvalidDocument("not-an-object", "The document is not one JSON object.")
    return members


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise InvalidDocument("duplicate-member", f"The member {name!r} stands there twice.")
        members[name] = value
    return members


def _no_constant(name: str) -> None:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidDocument("bad-number", "A number is larger than can be kept.")
    return number


def _check_base64(value: Any) -> None:
    if not isinstance(value, str):
        raise InvalidDocument("bad-base64", "The member data_base64 is not text.")
    try:
        base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidDocument("bad-base64", "The member data_base64 is not base64 text.") from error


def _check_attribute(name: str, value: Any) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidDocument(
            "bad-attribute-name", f"The attribute name {name!r} is not lower-case a-z and 0-9."
        )
    rule = _CORE.get(name)
    if rule is None:
        _check_extension(name, value)
        return
    code, holds = rule
    if not isinstance(value, str):
        raise InvalidDocument("bad-attribute-type", f"The attribute {name} must be text.")
    if value == "":
        raise InvalidDocument("empty-attribute", f"The attribute {name} is empty.")
    if not _is_text(value) or not holds(value):
        raise InvalidDocument(code, f"The attribute {name} is not what it must be.")


def _check_extension(name: str, value: Any) -> None:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        if not -_INTEGER <= value < _INTEGER:
            raise InvalidDocument("bad-attribute-type", f"The attribute {name} is not a 32-bit integer.")
        return
    if not isinstance(value, str):
        raise InvalidDocument(
            "bad-attribute-type", f"The attribute {name} is neither text, integer nor boolean."
        )
    if not _is_text(value):
        raise InvalidDocument(
            "bad-characters", f"The attribute {name} holds characters that are not allowed."
        )


def _is_text(value: str) -> bool:
    if value.isascii():
        return value.isprintable()
    return not any(
        unicodedata.category(character) in ("Cc", "Cs") or _is_noncharacter(ord(character))
        for character in value
    )


def _is_noncharacter(point: int) -> bool:
    return point & 0xFFFE == 0xFFFE or point in _NONCHARACTERS  # noqa: PLR2004  # the last two of each plane


_CORE: dict[str, tuple[str, Callable[[str], bool]]] = {
    "specversion": ("unknown-specversion", lambda _: True),
    "id": ("bad-characters", lambda _: True),
    "source": ("bad-source", lambda text: bool(_URI_REFERENCE.fullmatch(text))),
    "type": ("bad-characters", lambda _: True),
    "datacontenttype": ("bad-content-type", lambda text: bool(_MEDIA_TYPE.fullmatch(text))),
    "dataschema": ("bad-data-schema", is_absolute_uri),
    "subject": ("bad-characters", lambda _: True),
    "time": ("bad-time", is_moment),
}
