"""Persons and their events in one transaction: a name is written, or erased, together with the fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from services.membership.contacts.domain import (
    AppointContact,
    ContactIsErased,
    ContactUnknown,
    EraseContact,
    contacts,
)
from services.membership.contacts.queries import person_of, person_part
from services.membership.contacts.tables import persons
from services.membership.contract import ContactId, MunicipalityId
from services.membership.municipalities.queries import municipality
from services.membership.municipalities.requirements import MunicipalityUnknown
from shared import clock, ids
from shared.decider import Decider
from shared.eventstore import Handled
from shared.reading import version_of
from shared.web.receipts import forget_receipts_naming

Handle = Callable[[Decider[Any, Any, Any], str, Any], Handled]
"""`Transaction.handle`, or what the web kit offers for a request."""


Compare = Callable[[int, str], None]
"""What the web kit offers a request for what changes without an event (`shared.web.commands.compare`)."""


def appoint_contact(
    handle: Handle, connection: Connection, municipality_id: str, asked: Mapping[str, Any], *, today: date
) -> AppointContact:
    """Appoint the contact that `asked` names, or the new person that it describes; what was carried out.

    `asked` has `role`, `group_id`, `valid_from`, `valid_to`, and either `contact_id` or `name`,
    `email` and perhaps `phone`. Raises MunicipalityUnknown, ContactUnknown, or the rule's Refused.
    """
    if municipality(connection, municipality_id, today) is None:
        raise MunicipalityUnknown("There is no such municipality.")
    given = asked.get("contact_id")
    if given is not None and _municipality_of(connection, str(given)) != municipality_id:
        raise ContactUnknown("The municipality has no such contact.", field="contact_id")
    group_id = asked.get("group_id")
    command = AppointContact(
        municipality_id=MunicipalityId(municipality_id),
        contact_id=ContactId(ids.new_id() if given is None else str(given)),
        role=asked["role"],
        group_id=None if group_id is None else str(group_id),
        valid_from=asked["valid_from"],
        valid_to=asked.get("valid_to"),
    )
    handle(contacts, contacts.stream(municipality_id), command)
    if given is None:
        keep_person(
            connection,
            contact_id=command.contact_id,
            municipality_id=municipality_id,
            name=asked["name"],
            email=asked["email"],
            phone=asked.get("phone"),
        )
    return command


def keep_person(
    connection: Connection,
    *,
    contact_id: str,
    municipality_id: str,
    name: str,
    email: str | None,
    phone: str | None,
) -> None:
    """Write who is behind a new contact."""
    _leave_no_traces(connection)
    connection.execute(
        insert(persons).values(
            contact_id=contact_id, municipality_id=municipality_id, name=name, email=email, phone=phone
        )
    )


def correct_person(
    compare: Compare, connection: Connection, municipality_id: str, contact_id: str, asked: Mapping[str, Any]
) -> None:
    """Write another `name`, `email` and `phone`; no event, since none ever knew them.

    Raises ContactUnknown, ContactIsErased since an erased person stays so, and Conflict where
    the request expects another person than the one that stands there.
    """
    person = person_of(connection, municipality_id, contact_id, lock=True)
    if person is None:
        raise ContactUnknown("The municipality has no such contact.")
    compare(version_of(connection, contacts.stream(municipality_id)), person_part(person))
    _leave_no_traces(connection)
    written = connection.execute(
        update(persons)
        .where(persons.c.contact_id == contact_id, persons.c.erased_at.is_(None))
        .values(name=asked["name"], email=asked["email"], phone=asked.get("phone"))
    )
    if written.rowcount == 0:
        raise ContactIsErased("The contact is erased.")


def require_person(connection: Connection, municipality_id: str, contact_id: str) -> None:
    """Raise ContactUnknown, or ContactIsErased, where no person of the municipality is behind the contact."""
    person = person_of(connection, municipality_id, contact_id)
    if person is None:
        raise ContactUnknown("The municipality has no such contact.", field="contact_id")
    if person["erased"]:
        raise ContactIsErased("The contact is erased.", field="contact_id")


def erase_contact(
    handle: Handle,
    connection: Connection,
    contact_id: str,
    *,
    today: date,
    municipality_id: str | None = None,
) -> None:
    """Erase the person behind `contact_id`; the id stays as a trace (G10). A second time, nothing.

    Raises ContactUnknown where there is none, or none of the municipality that is named.
    """
    owner = _municipality_of(connection, contact_id)
    if owner is None or municipality_id not in (None, owner):
        raise ContactUnknown("There is no such contact.")
    asked = EraseContact(municipality_id=MunicipalityId(owner), contact_id=ContactId(contact_id), today=today)
    handle(contacts, contacts.stream(owner), asked)
    _leave_no_traces(connection)
    connection.execute(
        update(persons)
        .where(persons.c.contact_id == contact_id, persons.c.erased_at.is_(None))
        .values(name=None, email=None, phone=None, erased_at=clock.moment(clock.now()))
    )
    # An answer names the contact only by id, but its receipt keeps a digest of what was typed.
    forget_receipts_naming(connection, contact_id)


def _municipality_of(connection: Connection, contact_id: str) -> str | None:
    query = select(persons.c.municipality_id).where(persons.c.contact_id == contact_id)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def _leave_no_traces(connection: Connection) -> None:
    """Let SQLite write zeros where a person stood, instead of only freeing the place.

    Asked for before every write of persons: pages that are rearranged leave copies as well.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
