"""Inhabitants over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import request

from services.membership.contract import MunicipalityId
from services.membership.municipalities.queries import municipality
from services.membership.municipalities.requirements import MunicipalityUnknown
from services.membership.population import queries
from services.membership.population.domain import RecordPopulation, population
from services.membership.population.schemas import FigureRequest, PopulationView
from shared import clock
from shared.readmodels import Row
from shared.web.access import requires
from shared.web.commands import command, connection, handle, store
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint
from shared.web.openapi import AXES
from shared.web.reads import as_of, known_at
from shared.web.unchanged import from_events

blueprint = Blueprint(
    "population", __name__, url_prefix="/membership/v1", description="Inhabitants of municipalities on dates"
)


@blueprint.get("/municipalities/<uuid:municipality_id>/population")
@requires("membership:read")
@from_events
@blueprint.doc(parameters=AXES)
@blueprint.response(200, PopulationView)
def show_population(municipality_id: UUID) -> dict[str, Any]:
    """All figures, as known at `known_at`; with `as_of` those of dates that are not later."""
    return _shown(municipality_id)


@blueprint.post("/municipalities/<uuid:municipality_id>/population")
@requires("membership:write", office=True)
@blueprint.arguments(FigureRequest)
@blueprint.response(201, PopulationView)
@command
def record_population(body: dict[str, Any], municipality_id: UUID) -> dict[str, Any]:
    """Record a figure; one that is known for the date is replaced, and `known_at` keeps it."""
    one = MunicipalityId(str(municipality_id))
    if municipality(connection(), one, clock.today()) is None:
        raise MunicipalityUnknown("There is no such municipality.")
    handle(population, population.stream(one), RecordPopulation(municipality_id=one, **body))
    return _view(one, queries.rows(connection(), one))


def _shown(municipality_id: UUID) -> dict[str, Any]:
    one, moment, day = str(municipality_id), known_at(), as_of()
    if municipality(connection(), one, day) is None:
        raise MunicipalityUnknown("There is no such municipality.")
    if moment is None:
        versioned_by(connection(), population.stream(one))
        rows = queries.rows(connection(), one)
    else:
        rows = queries.rows_known_at(store(), moment, one)
    everything = "as_of" not in request.args
    return _view(one, [row for row in rows if everything or row["as_of"] <= day])


def _view(municipality_id: str, rows: Iterable[Row]) -> dict[str, Any]:
    return {"municipality_id": municipality_id, "items": [vars(one) for one in queries.figures(rows)]}
