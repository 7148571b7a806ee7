"""Read your writes: a write answers with a token, and reads that bring it wait until they show it."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, g, request

from shared import typed
from shared.errors import RequestError
from shared.web.installed import installed, is_page

if TYPE_CHECKING:
    from shared.eventstore import Handled

LONGEST_WAIT = 2.0
"""Seconds a read waits before it says honestly that it does not show the write yet."""

HEADER = "Consistency-Token"
COOKIE = "samvirke_seen"
_COOKIE_SECONDS = 30
_MOST_STREAMS = 8
_LONGEST_TOKEN = 2048
_HIGHEST_VERSION = 2**31 - 1
_SERVICE = re.compile(r"[a-z]{1,32}")

Points = tuple[str, list[tuple[str, int]]]
"""A service, and streams of it with the versions that shall be seen."""


class _Token(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a token: per stream the version and the id of its last event."""

    service: str
    streams: tuple[tuple[str, int, str], ...]


class ConsistencyTokenMalformed(RequestError):
    """The token is not one that a write was answered with."""

    code = "consistency-token-malformed"


def token_of(service: str, handled: Iterable[Handled]) -> str | None:
    """The token of a write: per stream its last version and event; None when nothing happened."""
    last = {one.stream: (one.version, one.events[-1].event_id) for one in handled if one.events}
    if not last:
        return None
    streams = tuple((stream, version, event_id) for stream, (version, event_id) in last.items())
    document = msgspec.json.encode(_Token(service=service, streams=streams[-_MOST_STREAMS:]))
    return base64.urlsafe_b64encode(document).rstrip(b"=").decode("ascii")


def read_token(token: str) -> Points:
    """What `token` asks for; raises `ConsistencyTokenMalformed`."""
    try:
        text = base64.urlsafe_b64decode(token[:_LONGEST_TOKEN] + "=" * (-len(token) % 4))
        found = typed.decoder(_Token).decode(text)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise ConsistencyTokenMalformed("The consistency token is not one of ours.") from error
    points = [(stream, version) for stream, version, _event_id in found.streams]
    if not (
        _SERVICE.fullmatch(found.service)
        and 1 <= len(points) <= _MOST_STREAMS
        and all(_can_be_looked_up(*point) for point in points)
    ):
        raise ConsistencyTokenMalformed("The consistency token is not one of ours.")
    return found.service, points


def catch_up() -> None:
    """Wait, briefly, until this service has taken in what the request's token names."""
    points = _asked_for()
    store = installed().store
    if points is None or points[0] == store.service:
        return
    until = time.monotonic() + LONGEST_WAIT
    while True:
        heard = store.ear.count()
        if all(store.has_seen(points[0], stream, version) for stream, version in points[1]):
            return
        left = until - time.monotonic()
        if left <= 0:
            g.behind = True
            return
        store.wait(left, heard)


def is_asked_for() -> bool:
    """Whether the request names a write that its answer shall show."""
    return _asked_for() is not None


def behind() -> bool:
    """Whether this answer may not show the caller's own last write yet."""
    return bool(g.get("behind", False))


def remember(response: Response, token: str | None) -> None:
    """Let the browser's next page, of whatever service, wait for what `token` names."""
    if token is not None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=_COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=installed().settings.url.startswith("https:"),
        )


def install(app: Flask) -> None:
    """Say on every answer that comes too early that it does."""

    @app.after_request
    def _say(response: Response) -> Response:
        if behind() and not is_page():
            response.headers["Consistency"] = "behind"
            response.headers["Retry-After"] = "1"
            if response.status_code == HTTPStatus.OK:
                response.status_code = HTTPStatus.ACCEPTED
        return response


def _can_be_looked_up(stream: str, version: int) -> bool:
    """Whether a database takes them: PostgreSQL has no text with NUL, and no database endless numbers."""
    return "\0" not in stream and 0 < version <= _HIGHEST_VERSION


def _asked_for() -> Points | None:
    given = request.headers.get(HEADER)
    if given:
        return read_token(given)
    remembered = request.cookies.get(COOKIE)
    if not remembered:
        return None
    try:
        return read_token(remembered)
    except ConsistencyTokenMalformed:
        return None  # nobody typed it, and a page must not fail for it
