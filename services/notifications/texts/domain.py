"""How a template becomes a text: languages, what falls back, and how values are written."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from babel.dates import format_date
from babel.numbers import format_decimal

from services.notifications.contract import Language
from shared.errors import Refused
from shared.messages import Value

FALLBACK: Language = "nb"
"""What is written where the language asked for has no text."""

_LOCALES: dict[Language, str] = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_KRONER: dict[Language, str] = {"nb": "kr {}", "nn": "kr {}", "en": "NOK {}"}
_UNNAMED: dict[Language, str] = {"nb": "Kommunen", "nn": "Kommunen", "en": "The municipality"}
_NAMED: dict[Language, str] = {"nb": "{} kommune", "nn": "{} kommune", "en": "{} municipality"}


@dataclass(frozen=True, kw_only=True)
class Kroner:
    """An amount in øre, written in kroner."""

    ore: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """A municipality by name and number; written in general words where they are not known."""

    name: str | None
    number: str | None


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """A word of ours that each language has its own for."""

    nb: str
    nn: str | None = None
    en: str | None = None


TextValue: TypeAlias = str | int | date | Kroner | Place | OneOf


class Words(Value, frozen=True, kw_only=True):
    """Subject and text in one language, with placeholders in braces."""

    subject: str
    text: str


class Template(Value, frozen=True, kw_only=True):
    """One version of one template; a version that has been used is never changed (N-07).

    A `mandatory` one concerns membership, agreement or fee and cannot be switched off (N-05).
    """

    key: str
    version: int
    mandatory: bool
    nb: Words
    nn: Words | None = None
    en: Words | None = None


class Rendered(Value, frozen=True, kw_only=True):
    """The finished words and the language that they came to be in."""

    language: Language
    subject: str
    text: str


class PlaceholderMissing(Refused):
    """The template asks for a value that nobody gave; `details["placeholder"]` names it."""

    code = "placeholder-missing"
    status = 400
    nb = "Teksten mangler en opplysning."


def render(template: Template, language: Language, values: Mapping[str, TextValue]) -> Rendered:
    """The text in `language`, or in bokmål where the template has no such translation."""
    words = words_of(template, language)
    chosen = language if words is not None else FALLBACK
    words = words or template.nb
    for placeholder in (*placeholders(words.subject), *placeholders(words.text)):
        if placeholder not in values:
            raise PlaceholderMissing(
                f"The template {template.key}.v{template.version} needs {placeholder}.",
                template=template.key,
                placeholder=placeholder,
            )
    written = {name: write(value, chosen) for name, value in values.items()}
    return Rendered(
        language=chosen, subject=words.subject.format_map(written), text=words.text.format_map(written)
    )


def words_of(template: Template, language: Language) -> Words | None:
    """The template's words in exactly that language."""
    match language:
        case "nb":
            return template.nb
        case "nn":
            return template.nn
        case "en":
            return template.en


def placeholders(text: str) -> list[str]:
    """The names that `text` asks for, in order."""
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def write(value: TextValue, language: Language) -> str:
    """A value as people of that language write it."""
    match value:
        case str():
            return value
        case int():
            return format_decimal(value, locale=_LOCALES[language])
        case date():
            return format_date(value, _long(language), locale=_LOCALES[language])
        case Kroner(ore=ore):
            return _KRONER[language].format(
                format_decimal(ore / 100, "#,##0.00", locale=_LOCALES[language])
            )  # fmt: skip
        case Place():
            return _place(value, language)
        case OneOf():
            return getattr(value, language) or value.nb


def _place(place: Place, language: Language) -> str:
    if not place.name:
        return _UNNAMED[language]
    return _NAMED[language].format(place.name) + (f" ({place.number})" if place.number else "")


def _long(language: Language) -> Literal["d MMMM y", "d. MMMM y"]:
    return "d MMMM y" if language == "en" else "d. MMMM y"
