"""Who answers for a municipality on a date, by name where the person is not erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import get_args

from sqlalchemy import Connection, select

from services.membership.contacts.projection import CONTACTS, terms_in
from services.membership.contacts.tables import contact_terms, persons
from services.membership.contract import ContactRole, MunicipalityId
from shared.eventstore import Store
from shared.readmodels import Row
from shared.web.etags import part_of
from shared.web.norwegian import sort_key

ROLES: tuple[ContactRole, ...] = get_args(ContactRole)
"""Every role, in the order in which lists show them."""

NEEDED: tuple[ContactRole, ...] = ("director", "digital_lead", "invoice")
"""Roles that every member fills; without one of them it stands on the office's list."""


def rows(connection: Connection, municipality_id: str | None = None) -> list[Row]:
    """The contacts as they stand, of one municipality or of all."""
    query = select(contact_terms)
    if municipality_id is not None:
        query = query.where(contact_terms.c.municipality_id == municipality_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def rows_known_at(store: Store, moment: str, municipality_id: str) -> list[Row]:
    """The municipality's contacts as they were known at `moment` (RFC 3339, inclusive)."""
    return store.rows_known_at(CONTACTS, moment, municipality_id)


def terms(known: Iterable[Row]) -> list[Row]:
    """Each term of each contact: contact_id, municipality_id, role, group_id, dates, example, erased."""
    return [
        {
            "contact_id": row["contact_id"],
            "municipality_id": row["municipality_id"],
            "role": term.role,
            "group_id": term.group_id,
            "valid_from": term.valid_from,
            "valid_to": term.valid_to,
            "example": bool(row["example"]),
            "erased": bool(row["erased"]),
        }
        for row in known
        for term in terms_in(row)
    ]


def holding(known: Iterable[Row], as_of: date) -> list[Row]:
    """The terms that hold on a date."""
    return [
        term
        for term in terms(known)
        if term["valid_from"] <= as_of and (term["valid_to"] is None or as_of < term["valid_to"])
    ]


def upcoming(known: Iterable[Row], as_of: date) -> list[Row]:
    """The terms that begin after a date."""
    return [term for term in terms(known) if term["valid_from"] > as_of]


def named(connection: Connection, some_terms: Collection[Row]) -> list[Row]:
    """The terms with `name`, `email` and `phone` (None once erased), by role and name."""
    ids = {term["contact_id"] for term in some_terms}
    query = select(persons.c.contact_id, persons.c.name, persons.c.email, persons.c.phone)
    found = connection.execute(query.where(persons.c.contact_id.in_(ids))).mappings()
    known = {row["contact_id"]: dict(row) for row in found}
    nobody = {"name": None, "email": None, "phone": None}
    return sorted((term | known.get(term["contact_id"], nobody) for term in some_terms), key=_place)


def contacts_of(connection: Connection, municipality_id: str, as_of: date) -> list[Row]:
    """The municipality's contacts on a date: terms with the persons' names and addresses."""
    return named(connection, holding(rows(connection, municipality_id), as_of))


def names_of(
    connection: Connection, contact_ids: Collection[str], municipality_id: str | None = None
) -> dict[str, str]:
    """Names by contact id, of one municipality's contacts only where it is named.

    The erased and the unknown are left out.
    """
    query = select(persons.c.contact_id, persons.c.name).where(
        persons.c.contact_id.in_(contact_ids), persons.c.erased_at.is_(None)
    )
    if municipality_id is not None:
        query = query.where(persons.c.municipality_id == municipality_id)
    return {row.contact_id: row.name for row in connection.execute(query)}


def persons_of(connection: Connection, municipality_id: str) -> list[Row]:
    """Every person of the municipality that is not erased, with a role or without, by name."""
    query = select(persons).where(persons.c.municipality_id == municipality_id, persons.c.erased_at.is_(None))
    found = [dict(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda person: sort_key(person["name"]))


def person_of(
    connection: Connection, municipality_id: str, contact_id: str, *, lock: bool = False
) -> Row | None:
    """The person behind a contact of the municipality; with `lock` nobody else's to write until we end."""
    query = select(persons).where(
        persons.c.contact_id == contact_id, persons.c.municipality_id == municipality_id
    )
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else dict(row) | {"erased": row["erased_at"] is not None}


def person_part(person: Row) -> str:
    """What changes of a person without an event, for the entity tag (see `shared.web.etags`)."""
    return part_of(person["name"], person["email"], person["phone"], person["erased_at"])


def terms_of(connection: Connection, municipality_id: str, contact_id: str) -> list[Row]:
    """Every term of one contact, by begin."""
    own = [row for row in rows(connection, municipality_id) if row["contact_id"] == contact_id]
    return sorted(terms(own), key=lambda term: (term["valid_from"], ROLES.index(term["role"])))


def missing_roles(
    connection: Connection, municipality_ids: Collection[str], as_of: date
) -> dict[MunicipalityId, list[ContactRole]]:
    """Which of the needed roles nobody holds on a date; a municipality that lacks none is left out."""
    query = select(contact_terms).where(contact_terms.c.municipality_id.in_(municipality_ids))
    known = [dict(row) for row in connection.execute(query).mappings()]
    held = {(term["municipality_id"], term["role"]) for term in holding(known, as_of)}
    lacking = {
        MunicipalityId(one): [role for role in NEEDED if (one, role) not in held] for one in municipality_ids
    }
    return {one: missing for one, missing in lacking.items() if missing}


def _place(term: Row) -> tuple[int, str, tuple[str, str], date]:
    role = ROLES.index(term["role"])
    return role, term["group_id"] or "", sort_key(term["name"] or ""), term["valid_from"]
