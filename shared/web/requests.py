"""The ids of a request, who it was for in the log, and what events keep of it."""

from __future__ import annotations

import json
import logging
import re
import time

from flask import Flask, Response, g, request

from shared import ids
from shared.messages import Context

log = logging.getLogger("samvirke.web")

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")


def install(app: Flask) -> None:
    """Give every request its ids, and write one line about each."""
    app.before_request(_name)
    app.after_request(_tell)


def request_id() -> str:
    """The id of this request: the caller's `X-Request-ID` if it is one, else ours."""
    found: str = g.request_id
    return found


def correlation_id() -> str:
    """What joins everything that one cause led to, across services, events and logs."""
    found: str = g.correlation_id
    return found


def context(actor: str, *, example: bool) -> Context:
    """What events keep of this request; from outside come only ids of a harmless shape."""
    return Context(actor=actor, correlation_id=correlation_id(), example=example)


def _name() -> None:
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if _ID.fullmatch(offered) else ids.new_id()
    trace = _TRACE.fullmatch(request.headers.get("traceparent", ""))
    g.correlation_id = trace.group(1) if trace and set(trace.group(1)) != {"0"} else g.request_id
    g.started = time.perf_counter()


def _tell(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if not log.isEnabledFor(logging.INFO):
        return response
    asking = g.get("caller")
    # The route, not the path, and no query: those may hold names, or a one-time link.
    log.info(
        json.dumps(
            {
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - g.started) * 1000, 1),
                "actor": asking.actor if asking else None,
                "request_id": g.request_id,
                "correlation_id": g.correlation_id,
            }
        )
    )
    return response
