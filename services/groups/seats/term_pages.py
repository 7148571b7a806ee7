"""The page that puts one term of a seat right: its days, or who sat."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from services.groups.persons import contacts_of, names_of
from services.groups.seats.api import contact_corrected, days_corrected
from services.groups.seats.form_schemas import TermCorrectionForm
from services.groups.seats.pages import SEAT_PATH, place_of
from services.groups.seats.queries import began, term_rows
from services.groups.seats.schemas import ContactCorrectionRequest
from services.groups.seats.terms import TermUnknown
from services.groups.wording import SEAT_ROLES
from shared import clock
from shared.readmodels import Row
from shared.web.access import requires
from shared.web.commands import connection
from shared.web.forms import form

pages = Blueprint("terms_pages", __name__, url_prefix="/groups", template_folder="../templates")

_TERM = f"{SEAT_PATH}/perioder/<int:term>"


def term_page(
    municipality_id: UUID,
    group_id: UUID,
    seat: int,
    term: int,
    *,
    failed: str = "",
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The term as it stands, and the two forms; what went wrong stands at the one that `failed`."""
    about, group, place = place_of(municipality_id, group_id, seat, clock.today())
    stands = _term(municipality_id, group_id, seat, term)
    return render_template(
        "groups/seats_term.html",
        municipality=about,
        group=group,
        place=place,
        term=stands,
        contacts=contacts_of(about.municipality_id),
        names=names_of([stands["contact_id"]]),
        roles=SEAT_ROLES,
        failed=failed,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get(_TERM)
@requires("groups:write", own="municipality_id")
def show_term(municipality_id: UUID, group_id: UUID, seat: int, term: int) -> str:
    """Ask what was recorded wrongly."""
    return term_page(municipality_id, group_id, seat, term)


@pages.post(f"{_TERM}/dager")
@requires("groups:write", own="municipality_id")
@form(TermCorrectionForm, page=partial(term_page, failed="days"))
def correct_days(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int, term: int) -> str:
    """Put the days right; the old ones stay readable as what was known."""
    days_corrected(str(municipality_id), str(group_id), seat, term, body)
    return _seat(municipality_id, group_id, seat)


@pages.post(f"{_TERM}/person")
@requires("groups:write", own="municipality_id")
@form(ContactCorrectionRequest, page=partial(term_page, failed="person"))
def correct_person(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int, term: int) -> str:
    """Let the term never have begun, and another contact sit on all of its days."""
    contact_corrected(str(municipality_id), str(group_id), seat, term, body)
    return _seat(municipality_id, group_id, seat)


def _term(municipality_id: UUID, group_id: UUID, seat: int, term: int) -> Row:
    rows = term_rows(connection(), municipality_id=str(municipality_id), group_id=str(group_id))
    found = next((row for row in rows if (row["seat"], row["term"]) == (seat, term) and began(row)), None)
    if found is None:
        raise TermUnknown("The seat has no such term.")
    return found


def _seat(municipality_id: UUID, group_id: UUID, seat: int) -> str:
    return url_for("seats_pages.seat", municipality_id=municipality_id, group_id=group_id, seat=seat)
