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
    if any(row["erased_on"] for row in rows):
        return "erased"
    if any(row["municipality_id"] == municipality_id for row in rows):
        return "known"
    return "elsewhere" if rows else "not_yet_known"


def gone(connection: Connection, municipality_ids: Iterable[str], on: date) -> dict[str, set[str]]:
    """Each municipality's contacts that are erased or hold no role on that day or later."""
    found: dict[str, set[str]] = {municipality_id: set() for municipality_id in municipality_ids}
    query = select(known_contacts).where(known_contacts.c.municipality_id.in_(found))
    for row in connection.execute(query).mappings():
        if row["erased_on"] or not any(_holds(held, on) for held in row["roles"]):
            found[row["municipality_id"]].add(row["contact_id"])
    return found


def gone_from(
    connection: Connection, municipality_id: str, contact_id: str, group_id: str
) -> tuple[date, bool] | None:
    """The first day without the contact in the group, and whether it was erased; None while it holds a role.

    A role for this group alone counts before all others: its terms end with it.
    """
    query = select(known_contacts).where(
        known_contacts.c.municipality_id == municipality_id, known_contacts.c.contact_id == contact_id
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    if row["erased_on"]:
        return row["erased_on"], True
    for_this_group = [held for held in row["roles"] if held["group_id"] == group_id]
    ends = [held["valid_to"] for held in for_this_group or row["roles"]]
    return None if None in ends or not ends else (date.fromisoformat(max(ends)), False)


def role_ends(connection: Connection, municipality_id: str, contact_id: str, group_id: str) -> date | None:
    """The first day without a role for the group; None where no end is known, or the contact was erased."""
    gone = gone_from(connection, municipality_id, contact_id, group_id)
    return None if gone is None or gone[1] else gone[0]


def _holds(held: dict[str, str | None], on: date) -> bool:
    return held["valid_to"] is None or held["valid_to"] > on.isoformat()
