"""The form at the tab Varsler by which a municipality chooses the language of its notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for

from services.notifications.languages.api import chosen
from services.notifications.languages.schemas import LanguageRequest
from services.notifications.notices.pages import show_tab
from shared.web.access import requires
from shared.web.forms import form

pages = Blueprint("languages_pages", __name__, url_prefix="/notifications", template_folder="../templates")


@pages.post("/kommuner/<uuid:municipality_id>/spraak")
@requires("notifications:write", own="municipality_id")
@form(LanguageRequest, page=show_tab)
def choose(body: dict[str, Any], municipality_id: UUID) -> str:
    """Choose, and go back to the tab."""
    chosen(municipality_id, body)
    return url_for("notices_pages.tab", municipality_id=municipality_id)
