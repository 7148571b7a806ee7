"""A municipality's language over HTTP: asked for, and chosen by itself or by the office."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.notifications.contract import MunicipalityId
from services.notifications.languages.domain import ChooseLanguage, languages
from services.notifications.languages.queries import chosen_language
from services.notifications.languages.schemas import LanguageRequest, LanguageView
from services.notifications.municipalities.requirements import known_municipality
from services.notifications.texts.domain import FALLBACK
from shared.web.access import requires
from shared.web.commands import command, connection, handle
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint

blueprint = Blueprint(
    "languages", __name__, url_prefix="/notifications/v1", description="The language of notices"
)

_LANGUAGE = "/municipalities/<uuid:municipality_id>/notice-language"


@blueprint.get(_LANGUAGE)
@requires("notifications:read", own="municipality_id")
@blueprint.response(200, LanguageView)
def show_language(municipality_id: UUID) -> dict[str, Any]:
    """The language that the municipality's notices are written in from now on."""
    versioned_by(connection(), languages.stream(str(municipality_id)))
    return _shown(municipality_id)


@blueprint.post(_LANGUAGE)
@requires("notifications:write", own="municipality_id")
@blueprint.arguments(LanguageRequest)
@blueprint.response(201, LanguageView)
@command
def choose_language(body: dict[str, Any], municipality_id: UUID) -> dict[str, Any]:
    """Choose the language of notices that are raised from now on; earlier ones stay as they are."""
    chosen(municipality_id, body)
    return _shown(municipality_id)


def chosen(municipality_id: UUID, body: dict[str, Any]) -> None:
    """Choose within the request's transaction; raises MunicipalityUnknown."""
    about = MunicipalityId(known_municipality(connection(), str(municipality_id)).municipality_id)
    handle(languages, languages.stream(about), ChooseLanguage(municipality_id=about, **body))


def _shown(municipality_id: UUID) -> dict[str, Any]:
    about = known_municipality(connection(), str(municipality_id)).municipality_id
    language = chosen_language(connection(), about)
    return {"municipality_id": about, "language": language or FALLBACK, "chosen": language is not None}
