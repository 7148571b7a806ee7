"""The language that a municipality has chosen."""

from __future__ import annotations

from sqlalchemy import Connection, select

from services.notifications.contract import Language
from services.notifications.languages.tables import notice_languages


def chosen_language(connection: Connection, municipality_id: str) -> Language | None:
    """The municipality's own choice; None where it has made none."""
    query = select(notice_languages.c.language).where(notice_languages.c.municipality_id == municipality_id)
    language: Language | None = connection.execute(query).scalar_one_or_none()
    return language
