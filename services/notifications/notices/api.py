"""Notices over HTTP: list them, mark them as read; what waits for the office."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.notifications.contract import Audience
from services.notifications.notices import handlers
from services.notifications.notices.domain import NoticeForOthers, NoticeUnknown, ReadNotice, notices
from services.notifications.notices.queries import notice, notices_of, unread_count
from services.notifications.notices.schemas import (
    NoReading,
    NoticeList,
    NoticeQuestion,
    NoticeView,
    ReadingsView,
    WaitingView,
)
from services.notifications.notices.waiting import items
from shared.web.access import IN_VIEW, caller, requires
from shared.web.commands import command, connection, handle
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint

blueprint = Blueprint("notices", __name__, url_prefix="/notifications/v1", description="Notices")


@blueprint.get("/notices")
@requires("notifications:read")
@blueprint.arguments(NoticeQuestion, location="query")
@blueprint.response(200, NoticeList)
def list_notices(question: dict[str, Any]) -> dict[str, Any]:
    """Notices, newest first: a municipality's own; for the office its own, or all about a municipality."""
    about = str(question["municipality"]) if question["municipality"] else None
    audience: Audience | None = question["audience"]
    bound = caller().municipality_id
    if bound is not None:
        if about not in (None, bound) or audience == "office":
            raise NoticeForOthers("Those notices are for somebody else.")
        about, audience = bound, "municipality"
    elif about is None and audience is None:
        audience = "office"
    limit = question["limit"]
    rows = notices_of(
        connection(),
        audience=audience,
        municipality_id=about,
        unread=question["unread"],
        limit=limit + 1,
        before=_place(question["cursor"]),
    )
    return {
        "items": rows[:limit],
        "unread": unread_count(connection(), audience, about),
        "next": rows[limit - 1]["notice_id"] if len(rows) > limit else None,
    }


@blueprint.get("/notices/<uuid:notice_id>")
@requires("notifications:read")
@blueprint.response(200, NoticeView)
def show_notice(notice_id: UUID) -> dict[str, Any]:
    """One notice; to a municipality its own only."""
    bound = caller().municipality_id
    versioned_by(connection(), handlers.stream_of(connection(), str(notice_id), bound))
    return _shown(notice_id, bound)


@blueprint.post("/notices/<uuid:notice_id>/reading")
@requires("notifications:write", own=IN_VIEW)
@blueprint.arguments(NoReading)
@blueprint.response(201, NoticeView)
@command
def read_notice(_body: dict[str, Any], notice_id: UUID) -> dict[str, Any]:
    """Mark a notice as read, for those it is for."""
    bound = caller().municipality_id
    stream = handlers.stream_of(connection(), str(notice_id), bound)
    handle(notices, stream, ReadNotice(reader=handlers.audience_of(bound)))
    return _shown(notice_id, bound)


@blueprint.post("/notices/readings")
@requires("notifications:write", own=IN_VIEW)
@blueprint.arguments(NoReading)
@blueprint.response(201, ReadingsView)
@command
def read_all(_body: dict[str, Any]) -> dict[str, Any]:
    """Mark everything as read that is for the caller, at most 500 notices at once."""
    return {"read": mark_all()}


@blueprint.get("/waiting")
@requires("notifications:read", office=True)
@blueprint.response(200, WaitingView)
def show_waiting() -> dict[str, Any]:
    """Notices that nobody at the office has read, and follow-ups that were refused."""
    return {"items": items(connection())}


def mark_all() -> int:
    """Read all that is unread for the caller, within the request's transaction; how many that were."""
    bound = caller().municipality_id
    streams = handlers.unread_streams(connection(), bound)
    for stream in streams:
        handle(notices, stream, ReadNotice(reader=handlers.audience_of(bound)))
    return len(streams)


def _shown(notice_id: UUID, bound: str | None) -> dict[str, Any]:
    found = notice(connection(), str(notice_id))
    if found is None or (bound is not None and found["audience"] != "municipality"):
        raise NoticeUnknown("There is no such notice.")
    return found


def _place(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    row = notice(connection(), cursor)
    if row is None:
        raise NoticeUnknown("The cursor is no notice.", cursor=cursor)
    return row["raised_at"], row["notice_id"]
