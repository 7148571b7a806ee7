"""Events of notices to rows."""

from __future__ import annotations

from services.notifications.contract import NoticeRaised, NoticeRead
from services.notifications.notices.tables import notices
from shared.messages import Recorded
from shared.readmodels import Projection, Row

_TAKEN = (
    "notice_id",
    "municipality_id",
    "audience",
    "role",
    "template",
    "template_version",
    "language",
    "language_missing",
    "channel",
    "state",
    "subject",
    "text",
    "href",
    "mandatory",
    "trigger_event_id",
    "trigger_type",
)


def on_notice_raised(row: Row | None, recorded: Recorded[NoticeRaised]) -> Row:  # noqa: ARG001  # a fold's shape
    """A notice is there, perhaps read already."""
    event = recorded.event
    return {name: getattr(event, name) for name in _TAKEN} | {
        "raised_at": recorded.recorded_at,
        "read_at": recorded.recorded_at if event.read else None,
        "example": recorded.example,
    }


def on_notice_read(row: Row | None, recorded: Recorded[NoticeRead]) -> Row | None:
    """Somebody it is for has read it."""
    return None if row is None else row | {"read_at": recorded.recorded_at}


NOTICES = Projection(table=notices, on={NoticeRaised: on_notice_raised, NoticeRead: on_notice_read})
