"""Every error as an answer: problem+json (RFC 9457) for programs, a Norwegian page for people."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, NotAcceptable

from shared.database import AWAY, TOO_LARGE
from shared.errors import Conflict, Malformed, RequestError, Unavailable
from shared.web.installed import is_api, is_page
from shared.web.reopening import page_above

log = logging.getLogger("samvirke.web")

PROBLEM = "application/problem+json"

CODES = {
    400: "bad-request",
    404: "path-unknown",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "media-type-unsupported",
    422: "malformed",
}
"""Stable codes of the errors that are not ours but HTTP's."""

_TITLES = {
    400: "Forespørselen kunne ikke leses",
    401: "Du må logge inn",
    403: "Ingen tilgang",
    404: "Siden finnes ikke",
    405: "Dette kan ikke gjøres her",
    409: "Det gikk ikke",
    410: "Finnes ikke lenger",
    412: "Noen andre var raskere",
    413: "For mye på én gang",
    422: "Noe må rettes",
    503: "Prøv igjen om litt",
}
_CSRF_NB = "Skjemaet er for gammelt eller kom fra et annet sted. Last siden på nytt og prøv igjen."


class OutOfRange(Malformed):
    """A date or a number cannot be reckoned with, though it has the right form."""

    code = "out-of-range"
    nb = "En dato eller et tall er utenfor det som kan brukes."


class BodyUnreadable(RequestError):
    """The body ends too early, or its chunks do not say how long they are."""

    code = "body-unreadable"


def install(app: Flask) -> None:
    """Answer every error of the app, a crash included, in one of the two forms."""
    app.register_error_handler(RequestError, on_request_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_crash)


def on_request_error(error: RequestError) -> Response:
    """A rule, a guard or a missing part said no."""
    status = error.status
    if isinstance(error, Conflict) and "If-Match" not in request.headers:
        status = HTTPStatus.CONFLICT  # 412 answers a condition, and none was given
    details = dict(error.details)
    errors = details.pop("errors", None)
    headers = dict(getattr(error, "headers", {}))
    if isinstance(error, Unavailable):
        headers.setdefault("Retry-After", "5")
    return _answer(
        status, error.code, error.message, error.nb, errors=errors, details=details, headers=headers
    )


def on_http_error(error: HTTPException) -> Response:
    """Something that Flask, webargs or Flask-WTF noticed: unknown paths, methods, shapes."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:  # a redirect to the path's proper form
        return current_app.make_response(error.get_response())
    if status == HTTPStatus.METHOD_NOT_ALLOWED and (page := page_above()) is not None:
        return current_app.make_response(redirect(page, HTTPStatus.SEE_OTHER))
    if isinstance(error, CSRFError):
        return _answer(status, "csrf-failed", "The form's token is missing or wrong.", _CSRF_NB)
    messages = (getattr(error, "data", None) or {}).get("messages")
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    code = CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "-"))
    detail = "Some fields must be corrected." if messages else _english(error, status)
    return _answer(status, code, detail, "", errors=by_field(messages) if messages else None, headers=headers)


def on_crash(error: Exception) -> Response:
    """An error of ours: told in the log by its places, never in the answer.

    The message is left out of the log as well, since it may quote what somebody typed.
    """
    if isinstance(error, (*AWAY, PoolTimeoutError)):
        log.warning(_told(error))
        return on_request_error(Unavailable("The database does not answer for the moment."))
    if isinstance(error, (ParseException, NoMoreData)):  # the server reads a body when the app asks for it
        return on_request_error(BodyUnreadable("The body ends too early, or its chunks are malformed."))
    # As for 1 January of the year 1, which begins before all years.
    if isinstance(getattr(error, "orig", error), TOO_LARGE):
        return on_request_error(OutOfRange("A date or a number is further away than can be reckoned with."))
    log.error(_told(error))
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "Something went wrong on our side. It has been logged under the request id.",
        "Noe gikk galt hos oss. Feilen er registrert. Oppgi nummeret under hvis du melder fra.",
    )


def by_field(messages: Mapping[str, Any] | list[Any]) -> dict[str, list[str]]:
    """Errors of marshmallow or webargs as `{"dates.0.from": ["..."]}`, without the location."""
    found: dict[str, list[str]] = {}
    if isinstance(messages, Mapping) and set(messages) <= {
        "json",
        "query",
        "form",
        "files",
        "headers",
        "path",
    }:
        for part in messages.values():
            _collect("", part, found)
    else:
        _collect("", messages, found)
    return found


def _collect(path: str, part: Any, found: dict[str, list[str]]) -> None:
    if isinstance(part, Mapping):
        for name, inner in part.items():
            inside = path if name == "_schema" else f"{path}.{name}".removeprefix(".")
            _collect(inside, inner, found)
    elif isinstance(part, list):
        for message in part:
            found.setdefault(path or "_schema", []).append(str(message))
    else:
        found.setdefault(path or "_schema", []).append(str(part))


def _answer(
    status: int,
    code: str,
    detail: str,
    nb: str,
    *,
    errors: Mapping[str, list[str]] | None = None,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    if _for_people():
        title = _TITLES.get(status, "Noe gikk galt")
        text = render_template(
            "error.html", status=status, title=title, message=nb, code=code, request_id=g.get("request_id")
        )
        return Response(text, status, headers, mimetype="text/html")
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id"),
    }
    if errors:
        document["errors"] = errors
    if details:
        document["details"] = details
    return Response(json.dumps(document, ensure_ascii=False, default=str), status, headers, mimetype=PROBLEM)


def _for_people() -> bool:
    """Pages answer people; an unknown path answers in the form that is asked for."""
    if is_page():
        return True
    if is_api():
        return False
    return request.accept_mimetypes.best_match(["application/json", PROBLEM, "text/html"]) == "text/html"


def _english(error: HTTPException, status: int) -> str:
    if isinstance(error, NotAcceptable):
        return "This cannot be given in the form that was asked for."
    return {
        404: "There is nothing at this address.",
        405: "This address does not answer to that method.",
        413: "The request is larger than what is accepted.",
        415: "The body must be JSON: Content-Type: application/json.",
    }.get(status, HTTPStatus(status).description or HTTPStatus(status).phrase)


def _told(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    return json.dumps(
        {
            "error": causes,
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
            "route": request.url_rule.rule if request.url_rule else None,
            "request_id": g.get("request_id"),
        }
    )
