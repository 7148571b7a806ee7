"""What the chain of each service says, day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from services.notifications.digests.domain import START, Link
from services.notifications.digests.tables import digests


def days(
    connection: Connection, service: str | None = None, since: date | None = None
) -> list[dict[str, Any]]:
    """Each day with events, oldest first; `closed` ones never change again."""
    last = (
        select(digests.c.service, func.max(digests.c.day).label("last"))
        .group_by(digests.c.service)
        .subquery()
    )
    query = (
        select(digests, (digests.c.day < last.c.last).label("closed"))
        .join(last, last.c.service == digests.c.service)
        .order_by(digests.c.day, digests.c.service)
    )
    if service is not None:
        query = query.where(digests.c.service == service)
    if since is not None:
        query = query.where(digests.c.day >= since.isoformat())
    return [dict(row) | {"closed": bool(row["closed"])} for row in connection.execute(query).mappings()]


def end_of(connection: Connection, service: str) -> Link:
    """How far the chain of a service has come."""
    query = select(digests).where(digests.c.service == service).order_by(digests.c.day.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return START if row is None else Link(row.day, row.last_number, row.digest)


def links(connection: Connection, service: str) -> list[Link]:
    """The chain of a service as it was published, by the last number of each day."""
    query = select(digests.c.day, digests.c.last_number, digests.c.digest).where(digests.c.service == service)
    return [Link(*row) for row in connection.execute(query.order_by(digests.c.day))]
