"""The page Import: choose a file, look at what it would do, confirm."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from marshmallow import ValidationError

from services.membership.imports.handlers import Asked, preview, run
from services.membership.imports.plans import Plan
from services.membership.imports.population_file import SOURCE
from services.membership.imports.schemas import ConfirmForm, PreviewForm
from shared.web.access import requires
from shared.web.commands import connection, handle
from shared.web.forms import errors_of, form, load

pages = Blueprint("imports_pages", __name__, url_prefix="/membership", template_folder="../templates")

KINDS_IN_WORDS = {
    "municipalities": "Kommuneregister",
    "renumbering": "Endringer av numre og navn",
    "population": "Folketall",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file that has been looked at; `carried` goes back with the confirmation, none of it is kept."""

    plan: Plan
    carried: str
    asked: Asked


@pages.get("/import")
@requires("membership:write", office=True)
def import_page() -> str:
    """Choose a file, and after an import what it did."""
    return _page(done={name: request.args.get(name, "") for name in ("kind", "new", "changed", "unchanged")})


@pages.post("/import/forhandsvisning")
@requires("membership:write", office=True)
def preview_page() -> Response:
    """What the chosen file would do; nothing is recorded."""
    try:
        given = load(PreviewForm)
    except ValidationError as error:
        return make_response(_page(errors=errors_of(error.messages), values=request.form), 422)
    shown = _look(given, given["file"].read())
    return make_response(_page(shown=shown, values=request.form), 422 if shown.plan.errors else 200)


def _again(errors: dict[str, list[str]], refusal: str | None, values: Mapping[str, str]) -> str:
    """The preview once more, when the file cannot be loaded after all."""
    try:
        given = load(ConfirmForm)
    except ValidationError:
        return _page(errors=errors, refusal="Velg fila på nytt.", values=values)
    return _page(shown=_look(given, given["content"]), errors=errors, refusal=refusal, values=values)


@pages.post("/import")
@requires("membership:write", office=True)
@form(ConfirmForm, page=_again)
def confirm(given: dict[str, Any]) -> str:
    """Record what the preview showed: all of the file or nothing of it."""
    plan = run(connection(), handle, _asked(given, given["content"]))
    return url_for(
        "imports_pages.import_page",
        kind=plan.kind,
        new=plan.new,
        changed=plan.changed,
        unchanged=plan.unchanged,
    )


def _look(given: Mapping[str, Any], content: bytes) -> Shown:
    asked = _asked(given, content)
    return Shown(
        plan=preview(connection(), asked), carried=base64.b64encode(content).decode("ascii"), asked=asked
    )


def _asked(given: Mapping[str, Any], content: bytes) -> Asked:
    return Asked(
        kind=given["kind"],
        content=content,
        published_on=given["published_on"],
        source=given["source"] or SOURCE,
    )


def _page(
    *,
    shown: Shown | None = None,
    done: Mapping[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "membership/imports_page.html",
        kinds=KINDS_IN_WORDS,
        source=SOURCE,
        shown=shown,
        done=done if done and done["kind"] in KINDS_IN_WORDS else None,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )
