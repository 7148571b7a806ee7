"""Lists of notices, newest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from services.notifications.contract import Audience
from services.notifications.notices.tables import notices


def notices_of(
    connection: Connection,
    *,
    audience: Audience | None = None,
    municipality_id: str | None = None,
    unread: bool | None = None,
    limit: int = 50,
    before: tuple[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Notices for an audience, about a municipality, read or not; None leaves a filter out.

    `before` is (raised_at, notice_id) of the last row of the page before.
    """
    query = _filtered(select(notices), audience, municipality_id, unread=unread)
    if before is not None:
        raised_at, notice_id = before
        query = query.where(
            (notices.c.raised_at < raised_at)
            | ((notices.c.raised_at == raised_at) & (notices.c.notice_id < notice_id))
        )
    query = query.order_by(notices.c.raised_at.desc(), notices.c.notice_id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def notice(connection: Connection, notice_id: str) -> dict[str, Any] | None:
    """One notice, None where there is none."""
    query = select(notices).where(notices.c.notice_id == notice_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def unread_count(
    connection: Connection, audience: Audience | None, municipality_id: str | None = None
) -> int:
    """How many notices nobody of the audience has read."""
    query: Select[Any] = select(func.count()).select_from(notices)
    return int(connection.execute(_filtered(query, audience, municipality_id, unread=True)).scalar_one())


def _filtered(
    query: Select[Any], audience: Audience | None, municipality_id: str | None, *, unread: bool | None
) -> Select[Any]:
    if audience is not None:
        query = query.where(notices.c.audience == audience)
    if municipality_id is not None:
        query = query.where(notices.c.municipality_id == municipality_id)
    if unread is not None:
        query = query.where(notices.c.read_at.is_(None) if unread else notices.c.read_at.is_not(None))
    return query
