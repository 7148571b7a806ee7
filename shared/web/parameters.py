"""Which parameters an address takes: those that its OpenAPI document names, each once unless it is a list.

A filter that nobody knows, or the second of two, would answer something else than was asked, and look right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, current_app, request

from shared.errors import RequestError
from shared.web.installed import is_api


class ParameterUnknown(RequestError):
    """The address does not take this parameter; `takes` names those that it does."""

    code = "parameter-unknown"


class ParameterRepeated(RequestError):
    """The parameter stands in the address more than once: which of them counts?"""

    code = "parameter-repeated"


def install(app: Flask) -> None:
    """Check the address of every request to the HTTP interface."""
    app.before_request(_check)


def _check() -> None:
    if not request.args or not is_api():
        return
    taken = dict(_taken(current_app.view_functions[request.endpoint or ""]))
    for name, values in request.args.lists():
        if name not in taken:
            said = ", ".join(sorted(taken)) or "none"
            raise ParameterUnknown(
                f"There is no parameter {name} here; this address takes {said}.",
                parameter=name,
                takes=sorted(taken),
            )
        if len(values) > 1 and not taken[name]:
            raise ParameterRepeated(f"The parameter {name} may be given once.", parameter=name)


def _taken(view: Any) -> Iterator[tuple[str, bool]]:
    """The parameters that flask-smorest notes on a view, by hand or as a schema, and which of them are lists."""
    told = getattr(view, "_apidoc", {})
    for one in told.get("manual_doc", {}).get("parameters", []):
        yield one["name"], one["schema"].get("type") == "array"
    for one in told.get("arguments", {}).get("parameters", []):
        if one["in"] == "query":
            for name in one["schema"].fields:
                yield name, False
