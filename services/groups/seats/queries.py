"""Seats with who sits in them on a day. The functions over rows take live ones or those known earlier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from services.groups.seats.tables import seat_terms, seats
from shared.readmodels import Row

ENDING_WITHIN = timedelta(days=60)
"""A term that ends so soon is shown, so that somebody appoints in time (M-14)."""


def seat_rows(
    connection: Connection, *, municipality_id: str | None = None, group_id: str | None = None
) -> list[Row]:
    """Seats as they are recorded now, of one municipality or group if named."""
    return _rows(connection, seats, municipality_id, group_id)


def term_rows(
    connection: Connection, *, municipality_id: str | None = None, group_id: str | None = None
) -> list[Row]:
    """Terms as they are recorded now, of one municipality or group if named."""
    return _rows(connection, seat_terms, municipality_id, group_id)


def places(
    connection: Connection, municipality_ids: Iterable[str], group_ids: Iterable[str]
) -> set[tuple[str, str]]:
    """Which of the municipalities have or had a seat in which of the groups."""
    place = (seats.c.municipality_id, seats.c.group_id)
    query = select(*place).where(place[0].in_(municipality_ids), place[1].in_(group_ids)).distinct()
    return {(municipality_id, group_id) for municipality_id, group_id in connection.execute(query)}


def terms_of_contact(connection: Connection, contact_id: str) -> list[Row]:
    """Every term of a contact, also one that never began."""
    query = select(seat_terms).where(seat_terms.c.contact_id == contact_id)
    query = query.order_by(*seat_terms.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def seated(seat_facts: Iterable[Row], term_facts: Iterable[Row], as_of: date) -> list[Row]:
    """The seats open on the day, each with `member` and `deputy` (a term or None) and what comes.

    `ends_soon` is the member's end where it lies within 60 days and nobody follows; `upcoming`
    are the terms that begin later.
    """
    terms: dict[tuple[str, str, int], list[Row]] = {}
    for term in term_facts:
        terms.setdefault((term["municipality_id"], term["group_id"], term["seat"]), []).append(term)
    found = []
    for seat in seat_facts:
        if not holds(seat, as_of):
            continue
        own = terms.get((seat["municipality_id"], seat["group_id"], seat["seat"]), [])
        member = _sitting(own, as_of, deputy=False)
        found.append(
            seat
            | {
                "member": member,
                "deputy": _sitting(own, as_of, deputy=True),
                "vacant": member is None,
                "upcoming": sorted(
                    (term for term in own if term["valid_from"] > as_of and began(term)),
                    key=lambda term: term["valid_from"],
                ),
                "ends_soon": _ends_soon(member, own, as_of),
            }
        )
    return sorted(found, key=lambda row: (row["municipality_id"], row["group_id"], row["seat"]))


def holds(row: Row, as_of: date) -> bool:
    """Whether a seat or term holds on the day."""
    return bool(row["valid_from"] <= as_of and (row["valid_to"] is None or as_of < row["valid_to"]))


def began(term: Row) -> bool:
    """Whether the term has at least one day; one that has none is only a trace."""
    return bool(term["valid_to"] is None or term["valid_from"] < term["valid_to"])


def _sitting(terms: list[Row], as_of: date, *, deputy: bool) -> Row | None:
    return next((term for term in terms if term["deputy"] == deputy and holds(term, as_of)), None)


def _ends_soon(member: Row | None, terms: list[Row], as_of: date) -> date | None:
    if member is None or member["valid_to"] is None or member["valid_to"] > as_of + ENDING_WITHIN:
        return None
    end: date = member["valid_to"]
    followed = any(not term["deputy"] and began(term) and term["valid_from"] == end for term in terms)
    return None if followed else end


def _rows(
    connection: Connection, table: Table, municipality_id: str | None, group_id: str | None
) -> list[Row]:
    chosen: list[ColumnElement[Any]] = []
    if municipality_id is not None:
        chosen.append(table.c.municipality_id == municipality_id)
    if group_id is not None:
        chosen.append(table.c.group_id == group_id)
    query = select(table).where(*chosen).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]
