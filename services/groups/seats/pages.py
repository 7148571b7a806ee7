"""The tab Grupper of a municipality: its seats, the form for one seat, and the form "Velg faggrupper"."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from services.groups.contract import GroupId, MunicipalityId
from services.groups.groups.queries import group_row, group_rows
from services.groups.groups.queries import groups as groups_on
from services.groups.municipalities.queries import Municipality, municipality, standing
from services.groups.persons import contacts_of, names_of
from services.groups.seats.api import appointed, changed, seats_view, signed_up
from services.groups.seats.domain import GiveUpSeat
from services.groups.seats.form_schemas import AppointmentForm, GroupChoicesForm
from services.groups.seats.queries import began, seat_rows, seated, term_rows
from services.groups.seats.schemas import ClosingRequest, VacationRequest
from services.groups.seats.terms import SeatUnknown, VacateSeat
from services.groups.wording import SEAT_ROLES
from shared import clock
from shared.errors import NotFound
from shared.readmodels import Row
from shared.web.access import caller, requires
from shared.web.commands import connection
from shared.web.forms import form
from shared.web.reads import as_of

pages = Blueprint("seats_pages", __name__, url_prefix="/groups", template_folder="../templates")

_MUNICIPALITY = "/kommuner/<uuid:municipality_id>"
SEAT_PATH = f"{_MUNICIPALITY}/grupper/<uuid:group_id>/plasser/<int:seat>"


class MunicipalityUnknown(NotFound):
    """Groups has not heard of such a municipality."""

    code = "municipality-unknown"
    nb = "Kommunen finnes ikke, eller er ikke kjent her ennå."


@pages.get(_MUNICIPALITY)
@requires("groups:read")
def municipality_tab(municipality_id: UUID) -> str:
    """Seats of the day, and sign-ups that wait for membership."""
    day = as_of()
    about = _municipality(municipality_id, day)
    shown = seats_view(about.municipality_id, day)
    rows = group_rows(connection())
    terms = [term for place in shown["seats"] for term in _terms_of(place)]
    persons = [*terms, *shown["choices"]]
    return render_template(
        "groups/seats_municipality.html",
        municipality=about,
        view=shown,
        as_of=day,
        held=_by_group(rows, shown["seats"], day),
        group_names={row["group_id"]: row["name"] for row in rows},
        pending=_pending(shown, day),
        names=names_of(person["contact_id"] for person in persons),
        roles=SEAT_ROLES,
        may_write="groups:write" in caller().scopes
        and caller().municipality_id in (None, about.municipality_id),
    )


def place_of(municipality_id: UUID, group_id: UUID, seat: int, day: date) -> tuple[Municipality, Row, Row]:
    """The municipality, the group and the seat with who sits on the day, or when it first opens.

    Raises SeatUnknown when the municipality has no such seat in the group.
    """
    about = _municipality(municipality_id, day)
    group = group_row(connection(), str(group_id))
    named = {"municipality_id": about.municipality_id, "group_id": str(group_id)}
    row = next((row for row in seat_rows(connection(), **named) if row["seat"] == seat), None)
    if group is None or row is None:
        raise SeatUnknown("The municipality has no such seat in the group.")
    shown = max(day, row["valid_from"])
    places = seated([row], term_rows(connection(), **named), shown)
    nobody: Row = {"vacant": True, "member": None, "deputy": None, "upcoming": []}
    return about, group, (places[0] if places else row | nobody) | {"day": shown}


def seat_page(
    municipality_id: UUID,
    group_id: UUID,
    seat: int,
    *,
    failed: str = "",
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """Who sat, sits and comes, and the forms that change it; what went wrong stands at the one that `failed`."""
    about, group, place = place_of(municipality_id, group_id, seat, clock.today())
    rows = term_rows(connection(), municipality_id=about.municipality_id, group_id=str(group_id))
    terms = sorted(
        (row for row in rows if row["seat"] == seat and began(row)), key=lambda row: row["valid_from"]
    )
    return render_template(
        "groups/seats_seat.html",
        municipality=about,
        group=group,
        place=place,
        terms=terms,
        today=clock.today(),
        contacts=contacts_of(about.municipality_id),
        names=names_of(term["contact_id"] for term in terms),
        roles=SEAT_ROLES,
        failed=failed,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get(SEAT_PATH)
@requires("groups:write", own="municipality_id")
def seat(municipality_id: UUID, group_id: UUID, seat: int) -> str:
    """Ask what changes."""
    return seat_page(municipality_id, group_id, seat)


@pages.post(f"{SEAT_PATH}/oppnevning")
@requires("groups:write", own="municipality_id")
@form(AppointmentForm, page=partial(seat_page, failed="appointment"))
def appoint(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> str:
    """Fill a vacant seat."""
    appointed(str(municipality_id), str(group_id), seat, body)
    return _tab(municipality_id)


@pages.post(f"{SEAT_PATH}/fratredelse")
@requires("groups:write", own="municipality_id")
@form(VacationRequest, page=partial(seat_page, failed="vacation"))
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
    return _tab(municipality_id)


@pages.post(f"{SEAT_PATH}/avmelding")
@requires("groups:write", own="municipality_id")
@form(ClosingRequest, page=partial(seat_page, failed="closing"))
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
    return _tab(municipality_id)


def sign_up_page(
    municipality_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The form "Velg faggrupper"."""
    today = clock.today()
    about = _municipality(municipality_id, today)
    existing = groups_on(group_rows(connection()), today)
    return render_template(
        "groups/seats_sign_up.html",
        municipality=about,
        standing=standing(connection(), about.municipality_id, today),
        open_groups=[(row["group_id"], row["name"]) for row in existing if row["seat_kind"] == "open"],
        contacts=contacts_of(about.municipality_id),
        roles=SEAT_ROLES,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
        chosen=values.getlist("group_ids") if values else [],
    )


@pages.get(f"{_MUNICIPALITY}/faggrupper")
@requires("groups:write", own="municipality_id")
def sign_up(municipality_id: UUID) -> str:
    """Ask who signs up for what."""
    return sign_up_page(municipality_id)


@pages.post(f"{_MUNICIPALITY}/faggrupper")
@requires("groups:write", own="municipality_id")
@form(GroupChoicesForm, page=sign_up_page)
def choose_groups(body: dict[str, Any], municipality_id: UUID) -> str:
    """Send the form "Velg faggrupper"."""
    signed_up(str(municipality_id), body)
    return _tab(municipality_id)


def _municipality(municipality_id: UUID, day: date) -> Municipality:
    about = municipality(connection(), str(municipality_id), day)
    if about is None:
        raise MunicipalityUnknown("There is no such municipality.")
    return about


def _tab(municipality_id: UUID) -> str:
    return url_for("seats_pages.municipality_tab", municipality_id=municipality_id)


def _terms_of(place: Row) -> list[Row]:
    return [term for term in (place["member"], place["deputy"], *place["upcoming"]) if term]


def _by_group(rows: list[Row], seats: list[Row], day: date) -> list[tuple[Row, list[Row]]]:
    """Each group of the day in which the municipality has a seat, with the seats."""
    held = [
        (row, [place for place in seats if place["group_id"] == row["group_id"]])
        for row in groups_on(rows, day)
    ]
    return [(row, places) for row, places in held if places]


def _pending(shown: Row, day: date) -> list[Row]:
    """Sign-ups that wait for membership, with those of their groups in which no seat has begun yet."""
    if shown["standing"] == "member":
        return []
    begun = {
        (seat["choice_id"], seat["group_id"])
        for seat in seat_rows(connection(), municipality_id=shown["municipality_id"])
        if seat["valid_from"] <= day or not began(seat)
    }
    waiting = [
        choice
        | {"group_ids": [group for group in choice["group_ids"] if (choice["choice_id"], group) not in begun]}
        for choice in shown["choices"]
        if choice["effective_from"] is None and choice["chosen_on"] <= day
    ]
    return [choice for choice in waiting if choice["group_ids"]]
