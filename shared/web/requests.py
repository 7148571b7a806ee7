"""The ids of a request, who it was for in the log, and what events keep of it."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import NamedTuple, Self

from flask import Flask, Response, g, request

from shared import ids
from shared.messages import Context

log = logging.getLogger("samvirke.web")

HEADER = "X-Request-ID"

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")


class Ids(NamedTuple):
    """`request` is the caller's `X-Request-ID` if it is one, else ours; `correlation` joins what one cause led to."""

    request: str
    correlation: str

    @classmethod
    def of(cls, offered: str, traceparent: str) -> Self:
        """From the headers of a request; from outside come only ids of a harmless shape."""
        own = offered if _ID.fullmatch(offered) else ids.new_id()
        trace = _TRACE.fullmatch(traceparent)
        return cls(own, trace.group(1) if trace and set(trace.group(1)) != {"0"} else own)


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
    """What events keep of this request."""
    return Context(actor=actor, correlation_id=correlation_id(), example=example)


def tell(method: str, route: str | None, status: int, started: float, actor: str | None, ids: Ids) -> None:
    """One line about a request: the route, not the path, and no query, for those may hold names, or a one-time link.

    `started` is the moment on `time.perf_counter`.
    """
    if not log.isEnabledFor(logging.INFO):
        return
    log.info(
        json.dumps(
            {
                "method": method,
                "route": route,
                "status": status,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                "actor": actor,
                "request_id": ids.request,
                "correlation_id": ids.correlation,
            }
        )
    )


def _name() -> None:
    g.request_id, g.correlation_id = Ids.of(
        request.headers.get(HEADER, ""), request.headers.get("traceparent", "")
    )
    g.started = time.perf_counter()


def _tell(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    asking = g.get("caller")
    tell(
        request.method,
        request.url_rule.rule if request.url_rule else None,
        response.status_code,
        g.started,
        asking.actor if asking else None,
        Ids(g.request_id, g.correlation_id),
    )
    return response
