"""Contacts by role and date, and the persons behind them for those who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, select

from services.membership.contacts.tables import contact_rows, persons
from services.membership.contract import ContactRole
from shared.readmodels import Row

NEEDED: tuple[ContactRole, ...] = ("director", "digital_lead", "invoice", "archive")
"""Roles that every member has somebody in; an empty one is shown as vacant."""


def rows(connection: Connection, municipality_id: str | None = None) -> list[Row]:
    """Everybody's contacts, or those of one municipality."""
    query = select(contact_rows).order_by(contact_rows.c.contact_id)
    if municipality_id is not None:
        query = query.where(contact_rows.c.municipality_id == municipality_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def terms(known: Iterable[Row], day: date) -> list[Row]:
    """Terms that run on the day or begin later, by role and begin, without those who are erased."""
    found = [
        {
            "contact_id": row["contact_id"],
            "municipality_id": row["municipality_id"],
            "role": term["role"],
            "group_id": term["group_id"],
            "valid_from": date.fromisoformat(term["valid_from"]),
            "valid_to": date.fromisoformat(term["valid_to"]) if term["valid_to"] else None,
            "example": row["example"],
        }
        for row in known
        if not row["erased"]
        for term in row["terms"]
    ]
    standing = [term for term in found if term["valid_to"] is None or day < term["valid_to"]]
    order = [*NEEDED, "group"]
    return sorted(
        standing, key=lambda term: (order.index(term["role"]), term["valid_from"], term["contact_id"])
    )


def vacancies(standing: Sequence[Row], day: date) -> list[ContactRole]:
    """Needed roles that nobody holds on the day; `standing` are the `terms` of one municipality."""
    held = {term["role"] for term in standing if term["valid_from"] <= day}
    return [role for role in NEEDED if role not in held]


def persons_behind(connection: Connection, contact_ids: Iterable[str]) -> dict[str, Row]:
    """Who stands behind the contacts; somebody erased has no name, e-mail and telephone."""
    query = select(persons).where(persons.c.contact_id.in_(sorted(set(contact_ids))))
    return {row["contact_id"]: dict(row) for row in connection.execute(query).mappings()}


def municipality_of(connection: Connection, contact_id: str) -> str | None:
    """Whose contact it is, None if there is no such contact."""
    query = select(contact_rows.c.municipality_id).where(contact_rows.c.contact_id == contact_id)
    found: str | None = connection.execute(query).scalar()
    return found
