"""Varsler: the office's list, and a municipality's tab; read and unread, marked by a button."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from services.notifications.languages.queries import chosen_language
from services.notifications.municipalities.requirements import known_municipality
from services.notifications.notices import handlers
from services.notifications.notices.api import mark_all
from services.notifications.notices.domain import ReadNotice, notices
from services.notifications.notices.queries import notices_of, unread_count
from services.notifications.notices.schemas import ReadingForm
from services.notifications.texts.domain import FALLBACK
from services.notifications.wording import LANGUAGES
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
@form(ReadingForm, page=lambda **shown: show_list(**_without_notice(shown)))
def read_one(body: dict[str, Any], notice_id: UUID) -> str:
    """Mark one as read, and go back to where the button was."""
    bound = caller().municipality_id
    stream = handlers.stream_of(connection(), str(notice_id), bound)
    handle(notices, stream, ReadNotice(reader=handlers.audience_of(bound)))
    return _back(body["page"])


@pages.post("/varsler/lest")
@requires("notifications:write", own=IN_VIEW)
@form(ReadingForm, page=lambda **shown: show_list(**_without_notice(shown)))
def read_all(body: dict[str, Any]) -> str:
    """Mark all as read."""
    mark_all()
    return _back(body["page"])


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
    return render_template(
        "notifications/varsler.html",
        notices=rows,
        unread=unread_count(connection(), audience, bound),
        only_unread=only_unread,
        full=len(rows) == _SHOWN,
        refusal=refusal,
        languages=LANGUAGES,
        can_read="notifications:write" in caller().scopes,
    )


def show_tab(
    municipality_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The municipality's notices, and their language; only its own people can mark them as read."""
    about = known_municipality(connection(), str(municipality_id))
    may_write = "notifications:write" in caller().scopes
    rows = notices_of(
        connection(), audience="municipality", municipality_id=str(municipality_id), limit=_SHOWN
    )
    return render_template(
        "notifications/kommune.html",
        municipality=about,
        notices=rows,
        unread=unread_count(connection(), "municipality", str(municipality_id)),
        language=chosen_language(connection(), about.municipality_id) or FALLBACK,
        languages=LANGUAGES,
        can_read=caller().municipality_id == about.municipality_id and may_write,
        may_choose=caller().municipality_id in (None, about.municipality_id) and may_write,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


def _back(page: str) -> str:
    """The list or the tab, whichever the form said; never an address from outside."""
    bound = caller().municipality_id
    if bound is not None and page == "municipality":
        return f"/notifications/kommuner/{bound}"
    return "/notifications/varsler"


def _without_notice(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name != "notice_id"}
