"""Facts to fetch before a notice can be read: which stream it is, and for whom it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.notifications.contract import Audience
from services.notifications.notices.domain import NoticeUnknown, notices
from services.notifications.notices.queries import notice, notices_of

READ_AT_ONCE = 500
"""So many notices at the most are marked as read by one request."""


def audience_of(municipality_id: str | None) -> Audience:
    """Who somebody bound to that municipality (None: not bound) reads for."""
    return "office" if municipality_id is None else "municipality"


def stream_of(connection: Connection, notice_id: str, municipality_id: str | None) -> str:
    """The notice's stream; for a municipality, notices of others do not exist (NoticeUnknown)."""
    row = notice(connection, notice_id)
    if row is None or municipality_id not in (None, row["municipality_id"]):
        raise NoticeUnknown("There is no such notice.")
    return stream(row)


def unread_streams(connection: Connection, municipality_id: str | None) -> list[str]:
    """The streams of what the reader has not read, newest first."""
    rows = notices_of(
        connection,
        audience=audience_of(municipality_id),
        municipality_id=municipality_id,
        unread=True,
        limit=READ_AT_ONCE,
    )
    return [stream(row) for row in rows]


def stream(row: dict[str, Any]) -> str:
    """The stream of the notice in a row."""
    return notices.stream(row["municipality_id"], row["notice_id"])
