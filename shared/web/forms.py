"""A form that people send: loaded, carried out in one transaction, or shown again with what is wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, current_app, redirect, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from shared import ids
from shared.errors import Conflict, Malformed, Refused, RequestError
from shared.web import commands, etags
from shared.web.access import caller
from shared.web.fieldtexts import in_norwegian
from shared.web.problems import by_field
from shared.web.receipts import Claim

View = TypeVar("View", bound=Callable[..., Any])

_OWN_FIELDS = ("csrf_token", "once", "if_match")
_ITEM = re.compile(r"\.\d+$")
_NORWEGIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def form(schema: type[Schema], page: Callable[..., Any]) -> Callable[[View], View]:
    """Load the form with `schema` and call the view with its fields in one transaction.

    The view returns the path to go to (303). When a field is wrong or a rule refuses, nothing
    happens and `page(**view arguments, errors=, refusal=, values=)` shows the form again:
    `errors` by field, `refusal` a Norwegian sentence or None, `values` what was typed. A form
    sent twice by a double click has one effect.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def sent(*args: Any, **kwargs: Any) -> Any:
            try:
                given = load(schema)
            except ValidationError as error:
                return _again(page, kwargs, errors_of(error.messages), None, HTTPStatus.UNPROCESSABLE_ENTITY)
            try:
                earlier = commands.begin(_claim())
                if earlier is not None:
                    return earlier
                return _going_on(view(given, *args, **kwargs))
            except (Refused, Malformed) as refusal:
                commands.abandon(refusal)
                return _again(page, kwargs, _named(refusal), refusal.nb, refusal.status)
            except Conflict as conflict:
                if not etags.is_conditional():
                    raise  # carried out anew by the dispatcher
                commands.abandon(conflict)
                return _again(page, kwargs, {}, conflict.nb, HTTPStatus.CONFLICT)

        return sent  # type: ignore[return-value]

    return decorate


def load(schema: type[Schema], sent: MultiDict[str, str] | None = None) -> dict[str, Any]:
    """The fields of the form that was sent, and its files; raises marshmallow's ValidationError.

    `sent` is the query of a form that only asks for a preview. A field left empty counts as
    not sent; dates may be written as people write them here.
    """
    loader = schema()
    found: dict[str, Any] = {}
    typed = request.form if sent is None else sent
    for name in typed:
        if name not in _OWN_FIELDS:
            values = [value.strip() for value in typed.getlist(name)]
            kept = [_typed(loader.fields.get(name), value) for value in values if value]
            if kept:
                found[name] = kept if isinstance(loader.fields.get(name), fields.List) else kept[-1]
    found |= {name: file for name, file in request.files.items() if file.filename}
    loaded: dict[str, Any] = loader.load(found)
    return loaded


def csrf() -> Markup:
    """The hidden fields of every form: against foreign sites, and against double clicks."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format("csrf_token", generate_csrf()) + field.format("once", ids.new_id())


def _typed(kind: fields.Field[Any] | None, value: str) -> str:
    match = _NORWEGIAN_DATE.fullmatch(value) if isinstance(kind, fields.Date) else None
    if match is None:
        return value
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return value


def _claim() -> Claim | None:
    once = request.form.get("once")
    if not once or not once.isascii() or not once.isprintable() or len(once) > 64:  # noqa: PLR2004
        return None
    # What was typed is part of the claim: a form that is changed and sent again is another one.
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _OWN_FIELDS)
    files = [hashlib.sha256(file.read()).hexdigest() for file in request.files.values()]
    for file in request.files.values():
        file.seek(0)
    body = repr((typed, files)).encode()
    digest = hashlib.sha256(body).hexdigest()
    return Claim.of(f"{once}:{digest}", caller=caller().id, method="FORM", target=request.path, body=body)


def _going_on(result: Any) -> WerkzeugResponse:
    if isinstance(result, str):
        return redirect(result, HTTPStatus.SEE_OTHER)
    response: Response = current_app.make_response(result)
    return response


def _again(
    page: Callable[..., Any],
    arguments: dict[str, Any],
    errors: dict[str, list[str]],
    refusal: str | None,
    status: int,
) -> Response:
    shown = current_app.make_response(page(**arguments, errors=errors, refusal=refusal, values=request.form))
    shown.status_code = status
    return shown


def errors_of(messages: Any) -> dict[str, list[str]]:
    """Marshmallow's messages in Norwegian, by field; what is wrong with an item of a list stands at the list."""
    found: dict[str, list[str]] = {}
    for name, texts in by_field(messages).items():
        found.setdefault(_ITEM.sub("", name), []).extend(in_norwegian(text) for text in texts)
    return found


def _named(refusal: RequestError) -> dict[str, list[str]]:
    """The fields that a refusal names (`errors` by field, or one `field`), with its sentence."""
    errors = refusal.details.get("errors")
    if isinstance(errors, dict):
        return errors_of(errors)
    name = refusal.details.get("field")
    return {name: [refusal.nb]} if isinstance(name, str) else {}
