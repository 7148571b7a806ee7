"""Keep the table of persons in the transaction that records the role, or the erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, update

from services.membership.contacts.domain import ContactIsErased, ContactUnknown, EraseContact, contacts
from services.membership.contacts.queries import municipality_of, persons_behind
from services.membership.contacts.tables import persons
from services.membership.contract import ContactId, MunicipalityId
from shared.decider import Decider
from shared.eventstore import Handled

Handle = Callable[[Decider[Any, Any, Any], str, Any], Handled]
"""`Transaction.handle`, or what the web kit offers for a request."""


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
    connection.execute(
        insert(persons).values(
            contact_id=contact_id,
            municipality_id=municipality_id,
            name=name,
            email=email,
            phone=phone,
            erased=False,
        )
    )


def require_contact(connection: Connection, municipality_id: str, contact_id: str) -> None:
    """Raise ContactUnknown unless the municipality has that contact."""
    if municipality_of(connection, contact_id) != municipality_id:
        raise ContactUnknown("The municipality has no such contact.", field="contact_id")


def change_person(
    connection: Connection, contact_id: str, *, name: str, email: str | None, phone: str | None
) -> None:
    """Write what is new about a person; whoever is erased stays so."""
    known = persons_behind(connection, [contact_id]).get(contact_id)
    if known is None:
        raise ContactUnknown("There is no such contact.")
    if known["erased"]:
        raise ContactIsErased("The person behind this contact has been erased.")
    _overwrite(connection)
    connection.execute(
        update(persons).where(persons.c.contact_id == contact_id).values(name=name, email=email, phone=phone)
    )


def erase_contact(handle: Handle, connection: Connection, contact_id: str, *, today: date) -> None:
    """Blank the person and record that it is erased; a second time nothing happens.

    Raises ContactUnknown. Terms that still run end on `today`.
    """
    municipality_id = municipality_of(connection, contact_id)
    if municipality_id is None:
        raise ContactUnknown("There is no such contact.")
    command = EraseContact(
        municipality_id=MunicipalityId(municipality_id), contact_id=ContactId(contact_id), today=today
    )
    handle(contacts, contacts.stream(municipality_id), command)
    _overwrite(connection)
    connection.execute(
        update(persons)
        .where(persons.c.contact_id == contact_id)
        .values(name=None, email=None, phone=None, erased=True)
    )


def _overwrite(connection: Connection) -> None:
    """Let SQLite write zeros where the old values stood, instead of only freeing the place."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
