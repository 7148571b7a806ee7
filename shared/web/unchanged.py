"""A read that shows events alone says so, and is then answered from bytes until something happens."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, g, request

from shared.web import consistency, kept
from shared.web.access import caller
from shared.web.installed import installed

View = TypeVar("View", bound=Callable[..., Any])

MARK = "_from_events"
"""What a view that is marked has as an attribute."""


def from_events(view: View) -> View:
    """Mark a view whose answer follows from the service's own events, the day, the address and who asks; nothing else.

    It stands below `requires`. The answer may then be kept by whoever asked and asked about anew
    (`no-cache`), and is given again by `kept`, which never asks the view while nothing has happened.
    """

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        g.storable = True
        question = kept.asked(request.environ, caller())
        if question is not None and not consistency.is_asked_for():
            # Before the view looks: what happens from now on makes another state, whether or not it is shown.
            g.question, g.state = question, kept.present(installed())
        return view(*args, **kwargs)

    setattr(shown, MARK, True)
    return shown  # type: ignore[return-value]


def install(app: Flask) -> None:
    """Let such an answer be stored by who asked for it."""

    @app.after_request
    def _say(response: Response) -> Response:
        if g.get("storable") and "ETag" in response.headers:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
