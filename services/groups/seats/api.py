"""Seats over HTTP: who sits for a municipality, appoint, vacate, give up, sign up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.groups.choices.domain import choices
from services.groups.choices.queries import choices_of
from services.groups.contacts import queries as contacts
from services.groups.contract import ContactId, GroupId, MunicipalityId
from services.groups.municipalities import queries as municipalities
from services.groups.seats import handlers
from services.groups.seats.contact_corrections import CorrectContact
from services.groups.seats.day_corrections import ContactGone, CorrectTerm
from services.groups.seats.domain import GiveUpSeat, seats
from services.groups.seats.projection import SEAT_TERMS, SEATS
from services.groups.seats.queries import seat_rows, seated, term_rows
from services.groups.seats.schemas import (
    AppointmentRequest,
    ChoicesView,
    ChoiceView,
    ClosingRequest,
    ContactCorrectionRequest,
    GroupChoicesRequest,
    MunicipalitySeatsView,
    SeatView,
    TermCorrectionRequest,
    VacationRequest,
)
from services.groups.seats.terms import AppointToSeat, SeatUnknown, VacateSeat
from shared import clock, ids
from shared.readmodels import Row
from shared.web.access import caller, requires
from shared.web.commands import command, connection, handle, store
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint
from shared.web.openapi import AS_OF, AXES
from shared.web.reads import as_of, known_at
from shared.web.unchanged import from_events

blueprint = Blueprint("seats", __name__, url_prefix="/groups/v1", description="Seats and sign-up")

_SEAT = "/municipalities/<uuid:municipality_id>/groups/<uuid:group_id>/seats/<int:seat>"


@blueprint.get("/municipalities/<uuid:municipality_id>/seats")
@requires("groups:read")
@blueprint.doc(parameters=AXES)
@blueprint.response(200, MunicipalitySeatsView)
def list_seats(municipality_id: UUID) -> Row:
    """The municipality's seats on `as_of`, as known at `known_at`.

    Its sign-ups, that it is on its way to membership, and that it has given notice are told to
    itself and the office only.
    """
    return seats_view(str(municipality_id), as_of(), known_at())


@blueprint.get(_SEAT)
@requires("groups:read")
@blueprint.doc(parameters=[AS_OF])
@blueprint.response(200, SeatView)
def show_seat(municipality_id: UUID, group_id: UUID, seat: int) -> Row:
    """One seat on `as_of`; `ETag` is what a change of it names in `If-Match`.

    The seats of a municipality in a group share their version.
    """
    versioned_by(connection(), seats.stream(str(municipality_id), str(group_id)))
    return seat_view(str(municipality_id), str(group_id), seat, as_of())


@blueprint.get("/municipalities/<uuid:municipality_id>/group-choices")
@requires("groups:read", own="municipality_id")
@from_events
@blueprint.response(200, ChoicesView)
def list_choices(municipality_id: UUID) -> dict[str, list[Row]]:
    """What the municipality has signed up for; `ETag` is what a further sign-up names in `If-Match`."""
    versioned_by(connection(), choices.stream(str(municipality_id)))
    return {"items": choices_of(connection(), str(municipality_id))}


@blueprint.post(f"{_SEAT}/appointment")
@requires("groups:write", own="municipality_id")
@blueprint.arguments(AppointmentRequest)
@blueprint.response(201, SeatView)
@command
def appoint_to_seat(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> Row:
    """Fill a seat; refused where somebody sits, or where seat or role end before the term does."""
    return appointed(str(municipality_id), str(group_id), seat, body)


@blueprint.post(f"{_SEAT}/vacation")
@requires("groups:write", own="municipality_id")
@blueprint.arguments(VacationRequest)
@blueprint.response(201, SeatView)
@command
def vacate_seat(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> Row:
    """End the term that is named, else the one that runs on the day, or the next one."""
    return changed(
        VacateSeat(
            municipality_id=MunicipalityId(str(municipality_id)),
            group_id=GroupId(str(group_id)),
            seat=seat,
            **body,
        ),
        body["vacated_on"],
    )


@blueprint.post(f"{_SEAT}/closing")
@requires("groups:write", own="municipality_id")
@blueprint.arguments(ClosingRequest)
@blueprint.response(201, SeatView)
@command
def give_up_seat(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int) -> Row:
    """Give back a seat that came from a sign-up."""
    return changed(
        GiveUpSeat(
            municipality_id=MunicipalityId(str(municipality_id)),
            group_id=GroupId(str(group_id)),
            seat=seat,
            **body,
        ),
        body["closed_on"],
    )


@blueprint.post(f"{_SEAT}/terms/<int:term>/correction")
@requires("groups:write", own="municipality_id")
@blueprint.arguments(TermCorrectionRequest)
@blueprint.response(201, SeatView)
@command
def correct_term(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int, term: int) -> Row:
    """Put right the dates of a term; the old ones stay readable with `known_at`.

    Refused where a contact that is erased or removed would sit longer than it did.
    """
    return days_corrected(str(municipality_id), str(group_id), seat, term, body)


@blueprint.post(f"{_SEAT}/terms/<int:term>/contact-correction")
@requires("groups:write", own="municipality_id")
@blueprint.arguments(ContactCorrectionRequest)
@blueprint.response(201, SeatView)
@command
def correct_contact(body: dict[str, Any], municipality_id: UUID, group_id: UUID, seat: int, term: int) -> Row:
    """Put right who sits in a term; it keeps its days, and the one who never sat a trace in the history."""
    return contact_corrected(str(municipality_id), str(group_id), seat, term, body)


@blueprint.post("/municipalities/<uuid:municipality_id>/group-choices")
@requires("groups:write", own="municipality_id")
@blueprint.arguments(GroupChoicesRequest)
@blueprint.response(201, ChoiceView)
@command
def choose_groups(body: dict[str, Any], municipality_id: UUID) -> Row:
    """Sign a contact person up for groups; a member's seats are added at once."""
    return signed_up(str(municipality_id), body)


def seats_view(municipality_id: str, day: date, moment: str | None = None) -> Row:
    """All seats of a municipality on a day, perhaps as known earlier.

    Of others a municipality sees membership and rosters, not what is under way (decision 16).
    """
    reading = connection()
    if moment is None:
        open_seats = seat_rows(reading, municipality_id=municipality_id)
        terms = term_rows(reading, municipality_id=municipality_id)
    else:
        open_seats = store().rows_known_at(SEATS, moment, municipality_id)
        terms = store().rows_known_at(SEAT_TERMS, moment, municipality_id)
    own = caller().municipality_id in (None, municipality_id)
    standing = municipalities.standing(reading, municipality_id, day)
    return {
        "municipality_id": municipality_id,
        "as_of": day,
        "standing": standing if own or standing == "member" else "outside",
        "membership_ends_on": municipalities.coming_end(reading, municipality_id) if own else None,
        "seats": seated(open_seats, terms, day),
        "choices": choices_of(reading, municipality_id) if own else [],
    }


def appointed(municipality_id: str, group_id: str, seat: int, body: dict[str, Any]) -> Row:
    """Carry out an appointment within the request."""
    contact_id = str(body.pop("contact_id"))
    return changed(
        AppointToSeat(
            municipality_id=MunicipalityId(municipality_id),
            group_id=GroupId(group_id),
            seat=seat,
            contact_id=ContactId(contact_id),
            contact_standing=contacts.standing(connection(), municipality_id, contact_id),
            role_ends=contacts.role_ends(connection(), municipality_id, contact_id, group_id),
            **body,
        ),
        body["valid_from"],
    )


def days_corrected(municipality_id: str, group_id: str, seat: int, term: int, body: dict[str, Any]) -> Row:
    """Carry out a correction of a term's days within the request."""
    terms = term_rows(connection(), municipality_id=municipality_id, group_id=group_id)
    sitting = next((row["contact_id"] for row in terms if (row["seat"], row["term"]) == (seat, term)), "")
    gone = contacts.gone_from(connection(), municipality_id, sitting, group_id)
    return changed(
        CorrectTerm(
            municipality_id=MunicipalityId(municipality_id),
            group_id=GroupId(group_id),
            seat=seat,
            term=term,
            contact_gone=ContactGone(*gone) if gone else None,
            **body,
        ),
        body["valid_from"],
    )


def contact_corrected(municipality_id: str, group_id: str, seat: int, term: int, body: dict[str, Any]) -> Row:
    """Carry out a correction of who sits within the request."""
    contact_id = str(body["contact_id"])
    terms = term_rows(connection(), municipality_id=municipality_id, group_id=group_id)
    days = [row["valid_from"] for row in terms if (row["seat"], row["term"]) == (seat, term)]
    return changed(
        CorrectContact(
            municipality_id=MunicipalityId(municipality_id),
            group_id=GroupId(group_id),
            seat=seat,
            term=term,
            contact_id=ContactId(contact_id),
            contact_standing=contacts.standing(connection(), municipality_id, contact_id),
            role_ends=contacts.role_ends(connection(), municipality_id, contact_id, group_id),
            role=body["role"],
            reason=body["reason"],
        ),
        days[0] if days else clock.today(),
    )


def signed_up(municipality_id: str, body: dict[str, Any]) -> Row:
    """Carry out a sign-up and what follows from it within the request."""
    today = clock.today()
    asked = handlers.sign_up(
        connection(),
        municipality_id=municipality_id,
        choice_id=ids.new_id(),
        contact_id=str(body["contact_id"]),
        role=body["role"],
        group_ids=[str(group_id) for group_id in body["group_ids"]],
        today=today,
    )
    handle(choices, choices.stream(municipality_id), asked)
    for follow_up in handlers.effects(connection(), municipality_id, asked.group_ids, today):
        handle(follow_up.decider, follow_up.stream, follow_up.command)
    return next(
        row for row in choices_of(connection(), municipality_id) if row["choice_id"] == asked.choice_id
    )


def changed(asked: SeatNamed, day: date) -> Row:
    """Carry out a command on one seat within the request, and show the seat as it then is on the day."""
    handle(seats, seats.stream(asked.municipality_id, asked.group_id), asked)
    return seat_view(asked.municipality_id, asked.group_id, asked.seat, day)


def seat_view(municipality_id: str, group_id: str, number: int, day: date) -> Row:
    """One seat as it is on the day; raises SeatUnknown where there never was one."""
    own = seat_rows(connection(), municipality_id=municipality_id, group_id=group_id)
    terms = term_rows(connection(), municipality_id=municipality_id, group_id=group_id)
    seat = next((row for row in own if row["seat"] == number), None)
    if seat is None:
        raise SeatUnknown("The municipality has no such seat in the group.")
    shown = seated([seat], terms, day)
    return shown[0] if shown else seat | {"vacant": True, "member": None, "deputy": None, "upcoming": []}


SeatNamed = AppointToSeat | VacateSeat | GiveUpSeat | CorrectTerm | CorrectContact
