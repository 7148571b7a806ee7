"""An address that only takes a form, opened all the same: by a reload, from the history, by a link."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from shared.web.installed import installed

_OPENING = ("GET", "HEAD")


def page_above() -> str | None:
    """The nearest page above the address of this request; None unless a form of people's goes to it.

    A form that is shown again with what is wrong stands at the address it was sent to, so
    that people come to open it; nobody is answered there that it cannot be done.
    """
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in _OPENING or not _is_page(adapter, request.path, "POST"):
        return None
    above = request.path.rstrip("/")
    while above := above.rpartition("/")[0]:
        for path in (above, f"{above}/"):
            if _is_page(adapter, path, "GET"):
                return path
    return None


def _is_page(adapter: MapAdapter, path: str, method: str) -> bool:
    try:
        endpoint, _ = adapter.match(path, method=method)
    except HTTPException:
        return False
    return str(endpoint).rpartition(".")[0] in installed().pages
