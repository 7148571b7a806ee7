"""The page that records the inhabitants of one municipality on one date."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from services.membership.contract import MunicipalityId
from services.membership.municipalities.queries import municipality
from services.membership.municipalities.requirements import MunicipalityUnknown
from services.membership.population.domain import RecordPopulation, population
from services.membership.population.queries import population_of
from services.membership.population.schemas import FigureForm
from shared import clock
from shared.web.access import requires
from shared.web.commands import connection, handle
from shared.web.forms import form

pages = Blueprint("population_pages", __name__, url_prefix="/membership", template_folder="../templates")

_PAGE = "/kommuner/<uuid:municipality_id>/folketall"


def figure_page(
    municipality_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The form for a figure, with the newest that is known."""
    today = clock.today()
    one = municipality(connection(), str(municipality_id), today)
    if one is None:
        raise MunicipalityUnknown("There is no such municipality.")
    figures = population_of(connection(), one.municipality_id)
    return render_template(
        "membership/population_new.html",
        municipality=one,
        latest=figures[-1] if figures else None,
        new_year=date(today.year, 1, 1),
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get(_PAGE)
@requires("membership:write", office=True)
def new_figure(municipality_id: UUID) -> str:
    """Ask how many, when, and who says so."""
    return figure_page(municipality_id)


@pages.post(_PAGE)
@requires("membership:write", office=True)
@form(FigureForm, page=figure_page)
def record(body: dict[str, Any], municipality_id: UUID) -> str:
    """Record the figure."""
    one = MunicipalityId(str(municipality_id))
    if municipality(connection(), one, body["as_of"]) is None:
        raise MunicipalityUnknown("There is no such municipality.")
    handle(population, population.stream(one), RecordPopulation(municipality_id=one, **body))
    return url_for("municipalities_pages.history", municipality_id=municipality_id)
