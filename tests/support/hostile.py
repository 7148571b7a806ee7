"""Walks an OpenAPI document and makes requests of it in which one value is none that a calendar or a program knows."""

from __future__ import annotations

import base64
import copy
import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

DATES = (
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-13-01",
    "2026-1-1",
    "20260101",
    "2026-W53-7",
    "2026-01-01T25:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661",
    "-2026-01-01",
    "i går",
)
NUMBERS = (
    "0",
    "-1",
    "10000",
    "99999",
    "2147483648",
    "9223372036854775808",
    "1" * 5000,
    "1e5",
    "1.5",
    "\u0662\u0660\u0662\u0666",
    "²",
    "NaN",
)
TEXTS = (
    "",
    " ",
    "x",
    "null",
    "true",
    "%00",
    "æ" * 300,
    "\U0001d54f",
    "\u202e",
    "a,b,,c",
    "'\"<&;--",
    "../..",
    "{}",
    "[]",
)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    7,
    1.5,
    10**10,
    2**63,
    10**400,
    1e308,
    [],
    [[]],
    [None],
    {},
    {"x": {}},
    "\x00",
    "\ud800",
    "x" * 5000,
)
OPAQUE = tuple(
    base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    for value in (
        [2**63, "x"],
        ["x\0", "x"],
        {"service": "membership", "streams": [["x", 2**63, "x"]]},
        {"service": "membership", "streams": [["x\0", 1, "x"]]},
    )
)
"""Cursors and consistency tokens of the right form that nobody was given."""
IN_ADDRESSES = (*DATES, *NUMBERS, *TEXTS, *OPAQUE, "\x00", "x" * 3000)
IN_BODIES = (
    *OTHERS,
    *DATES,
    "10000",
    "0",
    "-1",
    "2147483648",
    "",
    " ",
    "x",
    "\u0662\u0660\u0662\u0666",
    "NaN",
)
THINNING = int(os.environ.get("HOSTILE_THINNING", "48"))
"""Of so many values one is tried at each place; the next place goes on with the next, so that all have their turn."""

Some = Callable[[Sequence[Any]], Sequence[Any]]
"""Picks the values that are tried at a place."""


@dataclass(frozen=True)
class Asking:
    """One request; `body` None where there is none."""

    method: str
    path: str
    body: Any = None


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method, path and description of everything that the document offers."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "delete", "patch"):
                listed = [*item.get("parameters", []), *operation.get("parameters", [])]
                yield method.upper(), path, operation | {"parameters": listed}


def requests(document: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Asking]:
    """Each operation as it should be asked, and with one value after the other replaced.

    `known` gives real values by the names of parameters and fields, so that a request gets as far
    as it can.
    """
    turns = itertools.count()

    def some(values: Sequence[Any]) -> Sequence[Any]:
        return values[next(turns) % THINNING :: THINNING]

    for method, path, operation in operations(document):
        content = (operation.get("requestBody") or {}).get("content", {})
        body = None
        if "application/json" in content:
            body = sample(content["application/json"]["schema"], document, known)
        plain, *others = _addresses(path, operation, known, some)
        yield Asking(method, plain, body)
        yield from (Asking(method, other, body) for other in others)
        if body is not None:
            yield from (Asking(method, plain, changed) for changed in changes(body, some))


def _addresses(
    path: str, operation: Mapping[str, Any], known: Mapping[str, Any], some: Some
) -> Iterator[str]:
    """The address as it should be, and with one part or parameter after the other replaced."""
    named = {one["name"]: one["in"] for one in operation["parameters"] if "name" in one}
    places = {name: str(known.get(name, "1")) for name, where in named.items() if where == "path"}
    plain = _filled(path, places)
    yield plain
    for name in places:
        yield from (_filled(path, places | {name: value}) for value in some(IN_ADDRESSES))
    for name in sorted(name for name, where in named.items() if where == "query"):
        yield from (f"{plain}?{urlencode({name: value})}" for value in some(IN_ADDRESSES))


def sample(schema: Mapping[str, Any], document: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    """A value of the schema's form: every field is there, with a known value where its name has one."""
    if "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return sample(target, document, known)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0], document, known)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {})
        return {
            name: known[name] if name in known else sample(field, document, known)
            for name, field in fields.items()
        }
    if kind == "array":
        return [sample(schema.get("items", {"type": "string"}), document, known)]
    dated = {"date": "2026-02-01", "uuid": known["municipality_id"], "date-time": "2026-02-01T00:00:00Z"}
    return {
        "string": dated.get(schema.get("format", ""), "Tekst"),
        "integer": max(1, int(schema.get("minimum", 1))),
        "number": 1,
        "boolean": True,
    }.get(kind)


def changes(body: Any, some: Some) -> Iterator[Any]:
    """The body with one value at a time left out, or replaced by one that nobody expects."""
    yield from some(OTHERS)
    for place in list(_places(body)):
        for value in some(IN_BODIES):
            yield _changed(body, place, value)
        if isinstance(place[-1], str):
            yield _without(body, place)


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, part in inner:
        yield (*above, name)
        yield from _places(part, (*above, name))


def _changed(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return changed


def _without(body: Any, place: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(body)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    del inner[place[-1]]
    return changed


def _filled(path: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path
