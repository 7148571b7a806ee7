"""Choices of languages to one row for each municipality."""

from __future__ import annotations

from services.notifications.contract import NoticeLanguageChosen
from services.notifications.languages.tables import notice_languages
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_notice_language_chosen(_: Row | None, recorded: Recorded[NoticeLanguageChosen]) -> Row:
    """The last choice holds."""
    return {"municipality_id": recorded.event.municipality_id, "language": recorded.event.language}


LANGUAGES = Projection(table=notice_languages, on={NoticeLanguageChosen: on_notice_language_chosen})
