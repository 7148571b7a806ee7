"""Imports over HTTP: a CSV file as the body, with `dry_run=true` to see what it would do."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from services.membership.imports.handlers import KINDS, Asked, preview, require_clean, run
from services.membership.imports.plans import Plan
from services.membership.imports.population_file import SOURCE
from services.membership.imports.schemas import ImportView
from shared.errors import Malformed, NotFound, RequestError
from shared.web.access import requires
from shared.web.commands import command, connection, handle
from shared.web.interface import Blueprint

blueprint = Blueprint(
    "imports", __name__, url_prefix="/membership/v1", description="Register, changes and figures from files"
)

_QUERY = [
    {"name": name, "in": "query", "schema": {"type": kind}, "description": text}
    for name, kind, text in (
        ("dry_run", "boolean", "Only tell what would happen"),
        ("published_on", "string", "The day on which the figures were published (population only)"),
        ("source", "string", f"Where the figures are from (population only); else {SOURCE}"),
    )
]
_BODY = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}


class NotCsv(RequestError):
    """An import takes a CSV file as the body."""

    code = "media-type-unsupported"
    status = 415


@blueprint.post("/imports/<string:kind>")
@requires("membership:write", office=True)
@blueprint.doc(parameters=_QUERY, requestBody=_BODY)
@blueprint.response(200, ImportView)
@command
def import_file(kind: str) -> dict[str, Any]:
    """Load `municipalities`, `population` or `renumbering`: all of the file or nothing of it.

    Wrong rows are answered with 422 and named in `details.rows`: line, column, rule, value.
    """
    if request.mimetype != "text/csv":
        raise NotCsv("The body must be a CSV file: Content-Type: text/csv.")
    asked = _asked(kind)
    dry_run = _truth("dry_run")
    plan = preview(connection(), asked) if dry_run else run(connection(), handle, asked)
    require_clean(plan)
    return shown(plan, dry_run=dry_run)


def shown(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    """The answer that tells of a plan."""
    return {
        "kind": plan.kind,
        "dry_run": dry_run,
        "rows": plan.rows,
        "new": plan.new,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "sums": plan.sums,
        "differences": plan.differences,
    }


def _asked(text: str) -> Asked:
    kind = next((known for known in KINDS if known == text), None)
    if kind is None:
        raise NotFound(f"There is no import of that kind; there are {', '.join(KINDS)}.")
    return Asked(
        kind=kind,
        content=request.get_data(),
        published_on=_date("published_on"),
        source=request.args.get("source") or SOURCE,
    )


def _date(name: str) -> date | None:
    given = request.args.get(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        message = f"The parameter {name} cannot be used."
        raise Malformed(message, errors={name: ["Must be a date such as 2026-02-24."]}) from error


def _truth(name: str) -> bool:
    given = request.args.get(name, "false")
    if given in ("true", "false"):
        return given == "true"
    raise Malformed(f"The parameter {name} cannot be used.", errors={name: ["Must be true or false."]})
