"""Varsler: the office's list, and a municipality's tab; read and unread, marked by a button."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from services.notifications.municipalities.queries import municipalities, municipality
from services.notifications.notices import handlers
from services.notifications.notices.api import mark_all
from services.notifications.notices.domain import ReadNotice, notices
from services.notifications.notices.queries import notices_of, unread_count
from services.notifications.notices.schemas import NoReading
from shared import clock
from shared.errors import NotFound
from shared.web.access import IN_VIEW, caller, requires
from shared.web.commands import connection, handle
from shared.web.forms import form

pages = Blueprint("notices_pages", __name__, url_prefix="/notifications", template_folder="../templates")

_SHOWN = 100


@pages.get("/varsler")
@requires("notifications:read")
def own_list() -> str:
    """The reader's own notices: the office's, or those of the municipality it is bound to."""
    return show_list()


@pages.get("/kommuner/<uuid:municipality_id>")
@requires("notifications:read", own="municipality_id")
def tab(municipality_id: UUID) -> str:
    """What the municipality has been told."""
    return show_tab(municipality_id)


@pages.post("/varsler/<uuid:notice_id>/lest")
@requires("notifications:write", own=IN_VIEW)
@form(NoReading, page=lambda **shown: show_list(**_without_notice(shown)))
def read_one(_fields: dict[str, Any], notice_id: UUID) -> str:
    """Mark one as read, and go back to where the button was."""
    bound = caller().municipality_id
    stream = handlers.stream_of(connection(), str(notice_id), bound)
    handle(notices, stream, ReadNotice(reader=handlers.audience_of(bound)))
    return _back()


@pages.post("/varsler/lest")
@requires("notifications:write", own=IN_VIEW)
@form(NoReading, page=lambda **shown: show_list(**_without_notice(shown)))
def read_all(_fields: dict[str, Any]) -> str:
    """Mark all as read."""
    mark_all()
    return _back()


def show_list(refusal: str | None = None, **_shown: Any) -> str:
    """The list, with the reason where marking was refused."""
    bound = caller().municipality_id
    only_unread = request.args.get("vis") == "uleste"
    audience = handlers.audience_of(bound)
    rows = notices_of(
        connection(),
        audience=audience,
        municipality_id=bound,
        unread=True if only_unread else None,
        limit=_SHOWN,
    )
    names = municipalities(connection(), clock.today())
    return render_template(
        "notifications/varsler.html",
        notices=[_row(row) | {"about": names.get(row["municipality_id"])} for row in rows],
        unread=unread_count(connection(), audience, bound),
        only_unread=only_unread,
        full=len(rows) == _SHOWN,
        refusal=refusal,
        can_read=True,
    )


def show_tab(municipality_id: UUID) -> str:
    """The municipality's notices; only its own people can mark them as read."""
    about = municipality(connection(), str(municipality_id), clock.today())
    if about is None:
        raise NotFound("There is no such municipality.")
    rows = notices_of(
        connection(), audience="municipality", municipality_id=str(municipality_id), limit=_SHOWN
    )
    return render_template(
        "notifications/kommune.html",
        municipality=about,
        notices=[_row(row) for row in rows],
        unread=unread_count(connection(), "municipality", str(municipality_id)),
        can_read=caller().municipality_id == str(municipality_id),
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    raised = datetime.fromisoformat(row["raised_at"]).astimezone(clock.OSLO)
    return row | {"raised": raised.strftime("%d.%m.%Y kl. %H.%M")}


def _back() -> str:
    """The list or the tab, whichever the form said; never an address from outside."""
    bound = caller().municipality_id
    if bound is not None and request.form.get("fra") == "kommune":
        return f"/notifications/kommuner/{bound}"
    return "/notifications/varsler"


def _without_notice(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name != "notice_id"}
