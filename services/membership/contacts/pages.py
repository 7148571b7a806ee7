"""The tab Kontakter of a municipality: who holds which role, and the forms to change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from services.membership.contacts import queries
from services.membership.contacts.api import contacts_view, erased, must_see_persons, removed
from services.membership.contacts.handlers import appoint_contact, correct_person
from services.membership.contacts.schemas import AppointmentForm, ErasureForm, PersonRequest, RemovalRequest
from services.membership.municipalities.queries import municipality
from services.membership.wording import CONTACT_ROLES
from shared import clock
from shared.web.access import caller, requires
from shared.web.commands import compare, connection, handle
from shared.web.forms import form
from shared.web.neighbours import ask
from shared.web.reads import as_of

pages = Blueprint("contacts_pages", __name__, url_prefix="/membership", template_folder="../templates")

_TAB = "/kommuner/<uuid:municipality_id>/kontakter"


def contacts_page(
    municipality_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
    failed: tuple[str, ...] | None = None,
) -> str:
    """The whole tab; `failed` says at which form what went wrong is shown, the form for a new role by default."""
    must_see_persons()
    day = as_of()
    shown = contacts_view(str(municipality_id), day)
    people = queries.persons_of(connection(), str(municipality_id))
    groups = ask("/groups/v1/groups")
    return render_template(
        "membership/contacts_municipality.html",
        municipality=municipality(connection(), str(municipality_id), day),
        as_of=day,
        today=clock.today(),
        view=shown,
        by_role={role: [term for term in shown["items"] if term["role"] == role] for role in CONTACT_ROLES},
        needed=queries.NEEDED,
        persons=people,
        choices=[(person["contact_id"], f"{person['name']}, {person['email']}") for person in people],
        groups=None if groups is None else [(group["group_id"], group["name"]) for group in groups["items"]],
        roles=CONTACT_ROLES,
        may_write="membership:write" in caller().scopes,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
        failed=failed or ("appointment",),
    )


@pages.get(_TAB)
@requires("membership:read", own="municipality_id")
def contacts_tab(municipality_id: UUID) -> str:
    """Contacts of the day."""
    return contacts_page(municipality_id)


@pages.post(_TAB)
@requires("membership:write", own="municipality_id")
@form(AppointmentForm, page=contacts_page)
def appoint(body: dict[str, Any], municipality_id: UUID) -> str:
    """Appoint to a role."""
    appoint_contact(handle, connection(), str(municipality_id), body, today=clock.today())
    return _back(municipality_id)


def removal_again(
    municipality_id: UUID,
    contact_id: UUID,
    errors: dict[str, list[str]],
    refusal: str | None,
    values: Any,
) -> str:
    """The tab with what is wrong at the role that was to end."""
    at = ("removal", str(contact_id), values.get("role", ""), values.get("group_id", ""))
    return contacts_page(municipality_id, errors, refusal, values, at)


@pages.post(f"{_TAB}/<uuid:contact_id>/fratredelse")
@requires("membership:write", own="municipality_id")
@form(RemovalRequest, page=removal_again)
def remove(body: dict[str, Any], municipality_id: UUID, contact_id: UUID) -> str:
    """End a role."""
    removed(str(municipality_id), str(contact_id), body)
    return _back(municipality_id)


def correction_again(
    municipality_id: UUID,
    contact_id: UUID,
    errors: dict[str, list[str]],
    refusal: str | None,
    values: Any,
) -> str:
    """The tab with what is wrong at the person that was to be corrected."""
    return contacts_page(municipality_id, errors, refusal, values, ("correction", str(contact_id)))


@pages.post(f"{_TAB}/<uuid:contact_id>")
@requires("membership:write", own="municipality_id")
@form(PersonRequest, page=correction_again)
def correct(body: dict[str, Any], municipality_id: UUID, contact_id: UUID) -> str:
    """Write a person's name and addresses anew."""
    correct_person(compare, connection(), str(municipality_id), str(contact_id), body)
    return _back(municipality_id)


def erasure_again(
    municipality_id: UUID,
    contact_id: UUID,
    errors: dict[str, list[str]],
    refusal: str | None,
    values: Any,
) -> str:
    """The tab with what is wrong at the person that was to be erased."""
    return contacts_page(municipality_id, errors, refusal, values, ("erasure", str(contact_id)))


@pages.post(f"{_TAB}/<uuid:contact_id>/sletting")
@requires("membership:write", own="municipality_id")
@form(ErasureForm, page=erasure_again)
def erase(_body: dict[str, Any], municipality_id: UUID, contact_id: UUID) -> str:
    """Erase a person."""
    erased(str(municipality_id), str(contact_id))
    return _back(municipality_id)


def _back(municipality_id: UUID) -> str:
    return url_for("contacts_pages.contacts_tab", municipality_id=municipality_id)
