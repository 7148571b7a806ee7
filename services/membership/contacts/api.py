"""Contacts over HTTP: read, appoint, correct, remove, erase, and names for who shows a contact."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request

from services.membership.contacts import queries
from services.membership.contacts.domain import ContactUnknown, RemoveContact, contacts
from services.membership.contacts.handlers import appoint_contact, correct_person, erase_contact
from services.membership.contacts.schemas import (
    AppointmentRequest,
    ContactNamesView,
    ContactsView,
    ContactWholeView,
    ErasureView,
    PersonRequest,
    PersonView,
    RemovalRequest,
    RemovalView,
    TermView,
)
from services.membership.contract import ContactId, MunicipalityId
from services.membership.municipalities.queries import municipality
from services.membership.municipalities.requirements import MunicipalityUnknown
from shared import clock
from shared.errors import Malformed
from shared.reading import version_of
from shared.readmodels import Row
from shared.web.access import OfficeOnly, caller, requires
from shared.web.commands import afterwards, command, compare, connection, handle, store
from shared.web.etags import versioned
from shared.web.interface import Blueprint
from shared.web.openapi import AXES, query
from shared.web.reads import as_of, known_at

blueprint = Blueprint(
    "contacts", __name__, url_prefix="/membership/v1", description="Contacts of municipalities"
)

MOST_NAMES = 1000
"""Ids whose names may be asked for at once."""

_CONTACT = "/municipalities/<uuid:municipality_id>/contacts/<uuid:contact_id>"


@blueprint.get("/municipalities/<uuid:municipality_id>/contacts")
@requires("membership:read", own="municipality_id")
@blueprint.doc(parameters=AXES)
@blueprint.response(200, ContactsView)
def list_contacts(municipality_id: UUID) -> Row:
    """Who holds which role on `as_of`, as known at `known_at`; to the municipality itself and the office."""
    must_see_persons()
    return contacts_view(str(municipality_id), as_of(), known_at())


@blueprint.post("/municipalities/<uuid:municipality_id>/contacts")
@requires("membership:write", own="municipality_id")
@blueprint.arguments(AppointmentRequest)
@blueprint.response(201, TermView)
@command
def appoint(body: dict[str, Any], municipality_id: UUID) -> Row:
    """Appoint a new person or a known contact to a role; the answer names the contact by id alone."""
    done = appoint_contact(handle, connection(), str(municipality_id), body, today=clock.today())
    _versioned(str(municipality_id), done.contact_id)
    return {name: getattr(done, name) for name in TermView().fields}


@blueprint.get(_CONTACT)
@requires("membership:read", own="municipality_id")
@blueprint.response(200, ContactWholeView)
def show_contact(municipality_id: UUID, contact_id: UUID) -> Row:
    """A person with every role, past ones too; `ETag` is what a change names in `If-Match`."""
    must_see_persons()
    one, who = str(municipality_id), str(contact_id)
    _versioned(one, who)
    person = queries.person_of(connection(), one, who)
    if person is None:
        raise ContactUnknown("The municipality has no such contact.")
    return person | {"terms": queries.terms_of(connection(), one, who)}


@blueprint.put(_CONTACT)
@requires("membership:write", own="municipality_id")
@blueprint.arguments(PersonRequest)
@blueprint.response(200, PersonView)
@command
def correct(body: dict[str, Any], municipality_id: UUID, contact_id: UUID) -> Row:
    """Write a person's name and addresses anew; the roles stay as they are."""
    correct_person(compare, connection(), str(municipality_id), str(contact_id), body)
    _versioned(str(municipality_id), str(contact_id))
    return {"municipality_id": str(municipality_id), "contact_id": str(contact_id)}


@blueprint.post(f"{_CONTACT}/removal")
@requires("membership:write", own="municipality_id")
@blueprint.arguments(RemovalRequest)
@blueprint.response(201, RemovalView)
@command
def remove(body: dict[str, Any], municipality_id: UUID, contact_id: UUID) -> Row:
    """End a role on a date."""
    done = removed(str(municipality_id), str(contact_id), body)
    _versioned(str(municipality_id), str(contact_id))
    return {name: getattr(done, name) for name in RemovalView().fields}


@blueprint.post(f"{_CONTACT}/erasure")
@requires("membership:write", own="municipality_id")
@blueprint.response(201, ErasureView)
@command
def erase(municipality_id: UUID, contact_id: UUID) -> Row:
    """Erase the person; roles that still run end today. Asked again, nothing happens."""
    erased(str(municipality_id), str(contact_id))
    _versioned(str(municipality_id), str(contact_id))
    return {"municipality_id": str(municipality_id), "contact_id": str(contact_id), "erased": True}


@blueprint.get("/contacts")
@requires("membership:read")
@blueprint.doc(parameters=[query("ids", "Contacts' ids, with commas between them")])
@blueprint.response(200, ContactNamesView)
def list_names() -> Row:
    """Names by id (`?ids=a,b`): all to the office, its own to a municipality; the rest is left out."""
    must_see_persons()
    wanted = {one.strip() for one in request.args.get("ids", "").split(",") if one.strip()}
    if len(wanted) > MOST_NAMES:
        raise Malformed("Too many ids.", errors={"ids": [f"At most {MOST_NAMES} at once."]})
    names = queries.names_of(connection(), wanted, caller().municipality_id)
    return {"items": [{"contact_id": one, "name": name} for one, name in sorted(names.items())]}


def _versioned(municipality_id: str, contact_id: str) -> None:
    """Say what a contact's change names in `If-Match`: who is appointed to what, and the person."""
    at = version_of(connection(), contacts.stream(municipality_id))
    person = queries.person_of(connection(), municipality_id, contact_id)
    versioned(at, None if person is None else queries.person_part(person))


def must_see_persons() -> None:
    """Raise OfficeOnly for a client bound to no municipality: addresses are no public register."""
    if caller().municipality_id is None and not caller().is_office:
        raise OfficeOnly("Persons are shown to the network office and to their own municipality.")


def contacts_view(municipality_id: str, day: date, moment: str | None = None) -> Row:
    """The municipality's contacts on a day, perhaps as known earlier; names are those of now."""
    reading = connection()
    if municipality(reading, municipality_id, day) is None:
        raise MunicipalityUnknown("There is no such municipality.")
    if moment is None:
        versioned(version_of(reading, contacts.stream(municipality_id)))
        known = queries.rows(reading, municipality_id)
    else:
        known = queries.rows_known_at(store(), moment, municipality_id)
    held = queries.named(reading, queries.holding(known, day))
    filled = {term["role"] for term in held}
    return {
        "municipality_id": municipality_id,
        "as_of": day,
        "items": held,
        "upcoming": queries.named(reading, queries.upcoming(known, day)),
        "missing_roles": [role for role in queries.NEEDED if role not in filled],
    }


def removed(municipality_id: str, contact_id: str, body: dict[str, Any]) -> RemoveContact:
    """Carry out a removal within the request."""
    group_id = body["group_id"]
    asked = RemoveContact(
        municipality_id=MunicipalityId(municipality_id),
        contact_id=ContactId(contact_id),
        role=body["role"],
        group_id=None if group_id is None else str(group_id),
        valid_to=body["valid_to"],
    )
    handle(contacts, contacts.stream(municipality_id), asked)
    return asked


def erased(municipality_id: str, contact_id: str) -> None:
    """Carry out an erasure within the request; before it is answered, no file holds what was erased."""
    erase_contact(handle, connection(), contact_id, today=clock.today(), municipality_id=municipality_id)
    afterwards(store().database.drop_old_pages)
