"""Pages for changes of the map: who takes part and when, what it would lead to, and then record it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, Response, make_response, render_template, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from services.membership.municipalities import handlers, queries
from services.membership.municipalities.domain import municipalities
from services.membership.municipalities.form_schemas import SplitForm
from services.membership.municipalities.map_changes import MapChange
from services.membership.municipalities.map_preview import preview
from services.membership.municipalities.queries import View
from services.membership.municipalities.schemas import BoundaryAdjustmentRequest, MergerRequest
from services.membership.municipalities.sentences import names_in_words
from shared import clock
from shared.web.access import requires
from shared.web.commands import connection, handle
from shared.web.forms import errors_of, form, load
from shared.web.norwegian import dato, sort_key, til_og_med

pages = Blueprint("map_changes_pages", __name__, url_prefix="/membership", template_folder="../templates")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of change: its fields, what asks for it, and whose page tells of it afterwards.

    `several` and `one` are the fields of its two sides, `on` that of its day.
    """

    path: str
    title: str
    done: str
    several: str
    one: str
    on: str
    one_first: bool
    schema: type[Schema]
    changes: Callable[[Mapping[str, Any]], Sequence[MapChange]]


KINDS = (
    Kind(
        path="sammenslaing",
        title="Registrer kommunesammenslåing",
        done="Registrer sammenslåingen",
        several="predecessors",
        one="successor",
        on="merged_on",
        one_first=False,
        schema=MergerRequest,
        changes=handlers.merger,
    ),
    Kind(
        path="deling",
        title="Registrer kommunedeling",
        done="Registrer delingen",
        several="successors",
        one="predecessor",
        on="split_on",
        one_first=True,
        schema=SplitForm,
        changes=handlers.split,
    ),
    Kind(
        path="grensejustering",
        title="Registrer grensejustering",
        done="Registrer grensejusteringen",
        several="receivers",
        one="giver",
        on="adjusted_on",
        one_first=True,
        schema=BoundaryAdjustmentRequest,
        changes=handlers.boundary_adjustment,
    ),
)


def _offer(kind: Kind) -> None:
    """Offer one kind of change: the form, its preview by address (so that it may be loaded anew), and the end."""

    def again(
        errors: dict[str, list[str]] | None = None, refusal: str | None = None, values: Any = None
    ) -> str:
        return _form_page(kind, errors or {}, refusal, MultiDict() if values is None else values)

    def ask() -> str:
        return again(values=request.args)

    def look() -> str | Response:
        try:
            given = load(kind.schema, request.args)
        except ValidationError as error:
            return make_response(again(errors_of(error.messages), values=request.args), 422)
        seen = preview(connection(), kind.changes(given))
        if seen.errors:
            return make_response(again(seen.errors, values=request.args), 422)
        return render_template(
            "membership/map_changes_preview.html", kind=kind, seen=seen, given=given, in_words=names_in_words
        )

    def record(given: dict[str, Any]) -> str:
        for change in kind.changes(given):
            handle(municipalities, municipalities.stream(change.municipality_id), change)
        return url_for("municipalities_pages.history", municipality_id=given[kind.one])

    address = f"/kommuner/{kind.path}"
    views: Sequence[tuple[Literal["GET", "POST"], str, str, Callable[..., Any]]] = (
        ("GET", address, kind.path, ask),
        ("GET", f"{address}/forhandsvisning", f"{kind.path}_forhandsvisning", look),
        ("POST", address, f"{kind.path}_registrering", form(kind.schema, page=again)(record)),
    )
    for method, path, endpoint, view in views:
        guarded = requires("membership:write", office=True)(view)
        pages.add_url_rule(path, endpoint=endpoint, view_func=guarded, methods=[method])


def _form_page(
    kind: Kind, errors: dict[str, list[str]], refusal: str | None, values: MultiDict[str, str]
) -> str:
    today = clock.today()
    known = sorted(
        (queries.view(row, today) for row in queries.rows(connection())),
        key=lambda one: (sort_key(one.name), one.number or ""),
    )
    return render_template(
        "membership/map_changes_form.html",
        kind=kind,
        options=[(one.municipality_id, _in_words(one)) for one in known],
        errors=errors,
        refusal=refusal,
        values=values,
    )


def _in_words(one: View) -> str:
    """The municipality in a list to choose from, with its time where that is not now."""
    number = f" ({one.number})" if one.number else ""
    if one.exists:
        return f"{one.name}{number}"
    ended = one.ceased_on is not None and one.ceased_on <= clock.today()
    time = f"til og med {til_og_med(one.ceased_on)}" if ended else f"fra {dato(one.valid_from)}"
    return f"{one.name}{number}, {time}"


for _kind in KINDS:
    _offer(_kind)
