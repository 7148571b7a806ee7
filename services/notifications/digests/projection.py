"""Lengthen the chains by what the feed has got."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, update

from services.notifications.digests.domain import START, linked
from services.notifications.digests.queries import end_of
from services.notifications.digests.tables import digests
from services.notifications.feed.queries import after_number

_BATCH = 1_000


def lengthen(connection: Connection, services: Iterable[str]) -> None:
    """Link what the feed holds of `services` in the order of numbers, as far as no number is missing.

    Whoever appends to the feed holds its head, so that one transaction at a time comes here. What a parked
    event holds up is linked when it arrives: the digest of a day does not depend on when that is.
    """
    for service in sorted(set(services)):
        while _some(connection, service):
            pass


def _some(connection: Connection, service: str) -> bool:
    """Link up to a thousand events; whether there may be more."""
    begun = end = end_of(connection, service)
    firsts: dict[str, int] = {}
    ends = {}
    rows = after_number(connection, service, end.number, _BATCH)
    for row in rows:
        if row.sequence == end.number:
            continue  # somebody else's event under a number of the service's; `samvirke verify` names it
        if row.sequence > end.number + 1 or row.document is None:
            break
        end = linked(end, row.event_id, row.recorded_at, row.document.encode("utf-8"))
        firsts.setdefault(end.day, end.number)
        ends[end.day] = end
    for day, first in firsts.items():
        told = {"last_number": ends[day].number, "digest": ends[day].digest}
        if day == begun.day and begun != START:
            today = (digests.c.service == service) & (digests.c.day == day)
            connection.execute(update(digests).where(today).values(told))
        else:
            connection.execute(insert(digests).values(service=service, day=day, first_number=first, **told))
    return len(rows) == _BATCH and end != begun
