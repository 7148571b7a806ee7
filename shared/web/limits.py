"""What a request may be at most, and which texts cannot be kept; checked before any view."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from flask import Flask, abort, current_app, request

from shared.errors import NotFound, RequestError
from shared.web.access import signed_in
from shared.web.installed import is_api, is_page

LARGEST_BODY = 256 * 1024
LARGEST_FILE_FORM = 8_000_000
"""What somebody signed in may send as a form with files, which are read and let go, never kept.

A proxy in front must let through a little more, so that it is we who answer.
"""

DEEPEST = 32
_FORMS = (
    "application/json",
    "application/cloudevents-batch+json",
    "application/schema+json",
    "application/problem+json",
    "text/csv",
)
"""What the interface answers in; who accepts none of these is told so before anything happens."""

_LARGEST_NUMBER = 2**31 - 1
_UNUSABLE = re.compile("[\0\ud800-\udfff]")
# The closing quote may be missing, so that a body of quotes is still read in one pass.
_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class JsonMalformed(RequestError):
    """The body is not JSON (RFC 8259) in UTF-8."""

    code = "json-malformed"


class JsonTooDeep(RequestError):
    """The body's objects and lists are nested too deeply."""

    code = "json-too-deep"


class TextUnusable(RequestError):
    """A text holds characters that cannot be kept: NUL, or half of a surrogate pair."""

    code = "text-unusable"


def install(app: Flask) -> None:
    """Check every request that has a body, and the numbers and texts of its address."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.config["MAX_FORM_PARTS"] = 500
    app.before_request(_check)


def check_json(body: bytes) -> None:
    """Raise unless `body` is JSON that can be kept: UTF-8, finite numbers, not too deep."""
    depth = 0
    for mark in _MARKS.finditer(body):
        first = mark.group()[:1]
        depth += (first in b"[{") - (first in b"]}")
        if depth > DEEPEST:
            raise JsonTooDeep(f"Objects and lists may be nested {DEEPEST} deep.")
    try:
        value = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_unique
        )
    except ValueError as error:
        raise JsonMalformed("The body must be JSON in UTF-8.") from error
    _check_texts(value)


def _check() -> None:
    for value in (request.view_args or {}).values():
        if isinstance(value, int) and value > _LARGEST_NUMBER:
            raise NotFound("There is nothing at this address.")
    _check_texts([*(request.view_args or {}).values(), *request.args.items(multi=True)])
    if is_api() and request.accept_mimetypes and not request.accept_mimetypes.best_match(_FORMS):
        abort(406)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if is_page() and request.mimetype == "multipart/form-data" and signed_in() is not None:
        request.max_content_length = LARGEST_FILE_FORM
    if request.mimetype.endswith("json"):
        check_json(request.get_data())
    elif is_api() and _wants_json() and request.get_data():
        abort(415)
    else:
        _check_texts(list(request.form.items(multi=True)))


def _wants_json() -> bool:
    """Whether the view says that its body is JSON (flask-smorest's own note on it)."""
    view = current_app.view_functions.get(request.endpoint or "")
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return any(parameter.get("in") == "json" for parameter in parameters)


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if _UNUSABLE.search(value):
            raise TextUnusable("A text holds characters that cannot be kept.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(name)
            _check_texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_texts(inner)


def _no_constant(text: str) -> float:
    message = f"{text} is not JSON."
    raise ValueError(message)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as one reader alone can take it: of a name that stands there twice, which value counts?"""
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "A name stands twice in one object."
        raise ValueError(message)
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        message = "The number is too large."
        raise ValueError(message)
    return number
