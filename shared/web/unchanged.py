"""A read that shows events alone is known to be unchanged without being carried out again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from shared import clock
from shared.web import consistency
from shared.web.access import caller
from shared.web.commands import store

View = TypeVar("View", bound=Callable[..., Any])

_NAME = "samvirke_tags"
_MOST = 4096


def from_events(view: View) -> View:
    """Mark a view whose answer follows from the service's own events, the day, and who asks; nothing else.

    It may then be kept by whoever asked and asked about anew (`no-cache`), and where a process
    knows which tag it answered with while exactly these events were there, it says 304 at once.
    """

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        g.storable = True
        if not request.if_none_match or consistency.behind():
            return view(*args, **kwargs)
        present = store().revision()
        if present is None:
            return view(*args, **kwargs)
        asking = caller()
        g.tag_key = (present, request.full_path, clock.today(), asking.id, asking.scopes)
        tag = _tags().get(g.tag_key)
        if tag is None or not request.if_none_match.contains_weak(tag):
            return view(*args, **kwargs)
        return Response(status=304, headers={"ETag": f'"{tag}"'})

    return shown  # type: ignore[return-value]


def install(app: Flask) -> None:
    """Remember the tags that this process answers with."""
    app.extensions[_NAME] = {}

    @app.after_request
    def _remember(response: Response) -> Response:
        if not g.get("storable") or "ETag" not in response.headers:
            return response
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if "tag_key" in g:
            tags = _tags()
            if len(tags) >= _MOST:
                tags.clear()
            tags[g.tag_key] = str(response.get_etag()[0])
        return response


def _tags() -> dict[Hashable, str]:
    found: dict[Hashable, str] = current_app.extensions[_NAME]
    return found
