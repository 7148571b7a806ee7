"""The rules of a municipality's language: it is chosen, and may be chosen anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from services.notifications.contract import Language, MunicipalityId, NoticeLanguageChosen
from shared.decider import Decider

# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ChooseLanguage:
    """Write the municipality's notices in this language from now on."""

    municipality_id: MunicipalityId
    language: Language


LanguageCommand: TypeAlias = ChooseLanguage


# --- state ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """The language that holds; None while nobody has chosen one."""

    language: Language | None = None


def evolve(_: Choice, event: NoticeLanguageChosen) -> Choice:
    """The choice after an event."""
    return Choice(event.language)


# --- decisions --------------------------------------------------------------------------


def choose(choice: Choice, command: ChooseLanguage) -> list[NoticeLanguageChosen]:
    """The same language again changes nothing."""
    if choice.language == command.language:
        return []
    return [NoticeLanguageChosen(municipality_id=command.municipality_id, language=command.language)]


def decide(choice: Choice, command: LanguageCommand) -> list[NoticeLanguageChosen]:
    """What follows from a command."""
    match command:
        case ChooseLanguage():
            return choose(choice, command)


languages: Decider[Choice, LanguageCommand, NoticeLanguageChosen] = Decider(
    category="language", initial=Choice(), decide=decide, evolve=evolve, about="municipality"
)
