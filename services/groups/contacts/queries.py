"""What is known of a contact: whose it is, whether it still holds a role, whether it is erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from services.groups.contacts.tables import known_contacts


def standing(
    connection: Connection, municipality_id: str, contact_id: str
) -> Literal["known", "not_yet_known", "erased", "elsewhere"]:
    """Whether the contact may sit for the municipality.

    One that groups has not heard of yet may: membership's word can be a moment behind.
    """
    query = select(known_contacts).where(known_contacts.c.contact_id == contact_id)
    rows = connection.execute(query).mappings().all()
    if any(row["erased"] for row in rows):
        return "erased"
    if any(row["municipality_id"] == municipality_id for row in rows):
        return "known"
    return "elsewhere" if rows else "not_yet_known"


def gone(connection: Connection, municipality_ids: Iterable[str], on: date) -> dict[str, set[str]]:
    """Each municipality's contacts that are erased or hold no role on that day or later."""
    found: dict[str, set[str]] = {municipality_id: set() for municipality_id in municipality_ids}
    query = select(known_contacts).where(known_contacts.c.municipality_id.in_(found))
    for row in connection.execute(query).mappings():
        if row["erased"] or not any(_holds(held, on) for held in row["roles"]):
            found[row["municipality_id"]].add(row["contact_id"])
    return found


def _holds(held: dict[str, str | None], on: date) -> bool:
    return held["valid_to"] is None or held["valid_to"] > on.isoformat()
