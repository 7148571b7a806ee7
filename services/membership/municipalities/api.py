"""Municipalities over HTTP: found, registered, renumbered, renamed, merged, split, corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities import handlers
from services.membership.municipalities.domain import (
    MunicipalityCommand,
    RenameMunicipality,
    municipalities,
)
from services.membership.municipalities.map_changes import (
    MapChange,
    taking_part,
)
from services.membership.municipalities.schemas import (
    BoundaryAdjustmentRequest,
    CorrectionRequest,
    MapChangeView,
    MergerRequest,
    MunicipalityPage,
    MunicipalityView,
    RegistrationRequest,
    RenamingRequest,
    RenumberingRequest,
    SplitRequest,
)
from services.membership.municipalities.views import as_csv, figure_of, figures, found, summary, views, whole
from shared import clock
from shared.csv_export import MEDIA_TYPE
from shared.web.access import requires
from shared.web.commands import command, connection, handle
from shared.web.etags import versioned
from shared.web.interface import Blueprint
from shared.web.norwegian import sort_key
from shared.web.openapi import AXES, CURSOR, FILE, LIMIT, query
from shared.web.reads import as_file, as_of, cursor_page, known_at, with_mark
from shared.web.unchanged import from_events

blueprint = Blueprint(
    "municipalities",
    __name__,
    url_prefix="/membership/v1",
    description="Municipalities and their dated facts",
)

_QUERY = [
    query("search", "Part of any name, or the beginning of any number, that the municipality ever had"),
    query("number", "A municipality or organisation number; answers with all successors"),
    *AXES,
    *FILE,
    LIMIT,
    CURSOR,
]


@blueprint.get("/municipalities")
@requires("membership:read")
@from_events
@blueprint.doc(parameters=_QUERY)
@blueprint.response(200, MunicipalityPage)
def list_municipalities() -> dict[str, Any] | Response:
    """Municipalities by name or number ever, else all that exist on `as_of`; in Norwegian order."""
    day = as_of()
    known = figures(day)
    search, number = request.args.get("search", ""), request.args.get("number", "")
    shown = [summary(one, known.get(one.municipality_id)) for one in views(day, search=search, number=number)]
    if as_file():
        answer = Response(as_csv(shown, mark=with_mark()), content_type=MEDIA_TYPE)
        answer.headers["Content-Disposition"] = f'attachment; filename="kommuner-{day}.csv"'
        return answer
    if search or number:
        # A search answers whole: successors stand beside those they came after, in no order of names.
        return {"items": shown, "next": None}
    return cursor_page(shown, _position)


@blueprint.get("/municipalities/<uuid:municipality_id>")
@requires("membership:read")
@from_events
@blueprint.doc(parameters=AXES)
@blueprint.response(200, MunicipalityView)
def show_municipality(municipality_id: UUID) -> dict[str, Any]:
    """One municipality as of a date, with all its dated facts and its version."""
    day = as_of()
    one = found(municipality_id, day)
    if known_at() is None:
        versioned(one.version)
    return whole(one, figure_of(one.municipality_id, day))


@blueprint.post("/municipalities")
@requires("membership:write", office=True)
@blueprint.arguments(RegistrationRequest)
@blueprint.response(201, MunicipalityView)
@command
def register_municipality(body: dict[str, Any]) -> dict[str, Any]:
    """Make a municipality known."""
    asked = handlers.registration(connection(), body)
    return _changed(asked.municipality_id, asked)


@blueprint.post("/municipalities/<uuid:municipality_id>/renumberings")
@requires("membership:write", office=True)
@blueprint.arguments(RenumberingRequest)
@blueprint.response(201, MunicipalityView)
@command
def renumber_municipality(body: dict[str, Any], municipality_id: UUID) -> dict[str, Any]:
    """Give the municipality another number from a date on."""
    one = MunicipalityId(str(municipality_id))
    return _changed(one, handlers.renumbering(connection(), one, **body))


@blueprint.post("/municipalities/<uuid:municipality_id>/renamings")
@requires("membership:write", office=True)
@blueprint.arguments(RenamingRequest)
@blueprint.response(201, MunicipalityView)
@command
def rename_municipality(body: dict[str, Any], municipality_id: UUID) -> dict[str, Any]:
    """Give the municipality other official names from a date on."""
    asked = RenameMunicipality(names=Names(**body["names"]), valid_from=body["valid_from"])
    return _changed(MunicipalityId(str(municipality_id)), asked)


@blueprint.post("/municipalities/<uuid:municipality_id>/corrections")
@requires("membership:write", office=True)
@blueprint.arguments(CorrectionRequest)
@blueprint.response(201, MunicipalityView)
@command
def correct_municipality(body: dict[str, Any], municipality_id: UUID) -> dict[str, Any]:
    """Correct a dated fact; `known_at` keeps the old answer."""
    one = MunicipalityId(str(municipality_id))
    return _changed(one, handlers.correction(connection(), one, body))


@blueprint.post("/municipality-mergers")
@requires("membership:write", office=True)
@blueprint.arguments(MergerRequest)
@blueprint.response(201, MapChangeView)
@command
def merge_municipalities(body: dict[str, Any]) -> dict[str, Any]:
    """Record that municipalities became one."""
    return _everywhere(handlers.merger(body))


@blueprint.post("/municipality-splits")
@requires("membership:write", office=True)
@blueprint.arguments(SplitRequest)
@blueprint.response(201, MapChangeView)
@command
def split_municipality(body: dict[str, Any]) -> dict[str, Any]:
    """Record that a municipality was divided and ceased."""
    return _everywhere(handlers.split(body))


@blueprint.post("/municipality-boundary-adjustments")
@requires("membership:write", office=True)
@blueprint.arguments(BoundaryAdjustmentRequest)
@blueprint.response(201, MapChangeView)
@command
def adjust_boundary(body: dict[str, Any]) -> dict[str, Any]:
    """Record that area changed hands; nobody ceases."""
    return _everywhere(handlers.boundary_adjustment(body))


def _changed(one: MunicipalityId, asked: MunicipalityCommand) -> dict[str, Any]:
    handle(municipalities, municipalities.stream(one), asked)
    day = clock.today()
    return whole(found(one, day), figure_of(one, day))


def _everywhere(changes: Sequence[MapChange]) -> dict[str, Any]:
    for change in changes:
        handle(municipalities, municipalities.stream(change.municipality_id), change)
    return {"municipality_ids": list(taking_part(changes[0]))}


def _position(one: dict[str, Any]) -> tuple[str, ...]:
    return (*sort_key(one["names"]["nb"]), one["number"] or "", one["municipality_id"])
