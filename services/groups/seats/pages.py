"""The tab Grupper of a municipality: its seats, vacancies to fill, and the form "Velg faggrupper"."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from services.groups.contract import GroupId, MunicipalityId
from services.groups.groups.queries import exists, group_rows
from services.groups.groups.queries import groups as groups_on
from services.groups.municipalities.queries import municipality
from services.groups.persons import contacts_of, names_of
from services.groups.seats.api import appointed, changed, seats_view, signed_up
from services.groups.seats.domain import GiveUpSeat
from services.groups.seats.schemas import (
    AppointmentRequest,
    ClosingRequest,
    GroupChoicesRequest,
    VacationRequest,
)
from services.groups.seats.terms import VacateSeat
from services.groups.wording import SEAT_ROLES
from shared import clock
from shared.errors import NotFound
from shared.readmodels import Row
from shared.web.access import caller, requires
from shared.web.commands import connection
from shared.web.forms import form
from shared.web.reads import as_of

pages = Blueprint("seats_pages", __name__, url_prefix="/groups", template_folder="../templates")

_SEAT = "/kommuner/<uuid:municipality_id>/grupper/<uuid:group_id>/plasser/<int:seat>"


class MunicipalityUnknown(NotFound):
    """Groups has not heard of such a municipality."""

    code = "municipality-unknown"
    nb = "Kommunen finnes ikke, eller er ikke kjent her ennå."


def municipality_page(
    municipality_id: UUID,
    group_id: UUID | None = None,
    seat: int | None = None,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The whole tab; what went wrong stands at the form of the seat, or at the sign-up."""
    day = as_of()
    about = municipality(connection(), str(municipality_id), day)
    if about is None:
        raise MunicipalityUnknown("There is no such municipality.")
    shown = seats_view(str(municipality_id), day)
    bound_to = caller().municipality_id
    may_write = "groups:write" in caller().scopes and bound_to in (None, str(municipality_id))
    rows = group_rows(connection())
    terms = [term for place in shown["seats"] for term in _terms_of(place)]
    contacts = contacts_of(str(municipality_id)) if may_write else None
    return render_template(
        "groups/seats_municipality.html",
        municipality=about,
        view=shown,
        as_of=day,
        today=clock.today(),
        held=_by_group(rows, shown["seats"], day),
        group_names={row["group_id"]: row["name"] for row in rows},
        open_groups=[row for row in groups_on(rows, clock.today()) if row["seat_kind"] == "open"],
        pending=_pending(shown, day),
        contacts=contacts,
        names=names_of(
            {term["contact_id"] for term in terms} | {choice["contact_id"] for choice in shown["choices"]}
        ),
        roles=SEAT_ROLES,
        may_write=may_write,
        failed=(str(group_id), seat) if group_id else None,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
        chosen=values.getlist("group_ids") if values else [],
    )


@pages.get("/kommuner/<uuid:municipality_id>")
@requires("groups:read")
def municipality_tab(municipality_id: UUID) -> str:
    """Seats of the day."""
    return municipality_page(municipality_id)


@pages.post(f"{_SEAT}/oppnevning")
@requires("groups:write", own="municipality_id")
@form(AppointmentRequest, page=municipality_page)
def appoint(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> str:
    """Fill a vacant seat."""
    appointed(str(municipality_id), str(group_id), seat, body)
    return url_for("seats_pages.municipality_tab", municipality_id=municipality_id)


@pages.post(f"{_SEAT}/fratredelse")
@requires("groups:write", own="municipality_id")
@form(VacationRequest, page=municipality_page)
def vacate(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> str:
    """End a term."""
    changed(
        VacateSeat(
            municipality_id=MunicipalityId(str(municipality_id)),
            group_id=GroupId(str(group_id)),
            seat=seat,
            **body,
        ),
        body["vacated_on"],
    )
    return url_for("seats_pages.municipality_tab", municipality_id=municipality_id)


@pages.post(f"{_SEAT}/avmelding")
@requires("groups:write", own="municipality_id")
@form(ClosingRequest, page=municipality_page)
def give_up(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> str:
    """Give back a seat that came from a sign-up."""
    changed(
        GiveUpSeat(
            municipality_id=MunicipalityId(str(municipality_id)),
            group_id=GroupId(str(group_id)),
            seat=seat,
            **body,
        ),
        body["closed_on"],
    )
    return url_for("seats_pages.municipality_tab", municipality_id=municipality_id)


@pages.post("/kommuner/<uuid:municipality_id>/faggrupper")
@requires("groups:write", own="municipality_id")
@form(GroupChoicesRequest, page=municipality_page)
def choose_groups(body: dict[str, Any], municipality_id: UUID) -> str:
    """Send the form "Velg faggrupper"."""
    signed_up(str(municipality_id), body)
    return url_for("seats_pages.municipality_tab", municipality_id=municipality_id)


def _terms_of(place: Row) -> list[Row]:
    return [term for term in (place["member"], place["deputy"], *place["upcoming"]) if term]


def _by_group(rows: list[Row], seats: list[Row], day: date) -> list[tuple[Row, list[Row]]]:
    """Each group of the day in which the municipality has a seat, with the seats."""
    existing = [row for row in rows if exists(row, day)]
    held = [
        (row, [place for place in seats if place["group_id"] == row["group_id"]])
        for row in groups_on(existing, day)
    ]
    return [(row, places) for row, places in held if places]


def _pending(shown: Row, day: date) -> list[Row]:
    """Sign-ups that wait for membership."""
    if shown["standing"] == "member":
        return []
    return [
        choice
        for choice in shown["choices"]
        if choice["effective_from"] is None and choice["chosen_on"] <= day
    ]
