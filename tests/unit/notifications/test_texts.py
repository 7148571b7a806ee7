"""The texts of notices: versions, languages, placeholders."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from services.notifications.contract import Language
from services.notifications.notices.occasions import OCCASIONS
from services.notifications.texts.domain import (
    Kroner,
    OneOf,
    Place,
    PlaceholderMissing,
    Template,
    TextValue,
    Words,
    placeholders,
    render,
    words_of,
    write,
)
from services.notifications.texts.queries import newest, templates

LANGUAGES: tuple[Language, ...] = ("nb", "nn", "en")
GREETING = Template(
    key="greeting",
    version=1,
    mandatory=False,
    nb=Words(subject="Hei {name}", text="Den {day}."),
    en=Words(subject="Hello {name}", text="On {day}."),
)


def test_a_missing_placeholder_is_refused_by_name() -> None:
    with pytest.raises(PlaceholderMissing) as raised:
        render(GREETING, "nb", {"name": "Lyngen"})

    assert raised.value.details == {"template": "greeting", "placeholder": "day"}


def test_a_language_without_a_translation_falls_back_and_says_so() -> None:
    rendered = render(GREETING, "nn", {"name": "Lyngen", "day": date(2026, 5, 1)})

    assert (rendered.language, rendered.text) == ("nb", "Den 1. mai 2026.")


def test_a_translation_is_used_where_there_is_one() -> None:
    rendered = render(GREETING, "en", {"name": "Lyngen", "day": date(2026, 5, 1)})

    assert (rendered.language, rendered.text) == ("en", "On 1 May 2026.")


def test_braces_in_a_value_are_no_placeholder() -> None:
    rendered = render(GREETING, "nb", {"name": "{day}", "day": date(2026, 5, 1)})

    assert rendered.subject == "Hei {day}"


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (Kroner(ore=27_602_000), "nb", "kr 276 020,00"),
        (Kroner(ore=8_996_750), "nn", "kr 89 967,50"),
        (Kroner(ore=27_602_000), "en", "NOK 276,020.00"),
        (25_204, "nb", "25 204"),
        (date(2027, 1, 1), "nb", "1. januar 2027"),
        (date(2027, 1, 1), "en", "1 January 2027"),
        (Place(name="Lyngen", number="5536"), "nb", "Lyngen kommune (5536)"),
        (Place(name="Eksempelvik", number=None), "nn", "Eksempelvik kommune"),
        (Place(name="Lyngen", number="5536"), "en", "Lyngen municipality (5536)"),
        (Place(name=None, number=None), "nb", "Kommunen"),
        (OneOf(nb="en gruppe", en="a group"), "en", "a group"),
        (OneOf(nb="en gruppe", en="a group"), "nn", "en gruppe"),
    ],
)
def test_values_are_written_as_people_write_them(value: TextValue, language: Language, written: str) -> None:
    assert write(value, language).replace("\xa0", " ") == written


def test_every_occasion_has_a_template_and_every_template_an_occasion() -> None:
    assert {occasion.template for occasion in OCCASIONS} == {key for key, _ in templates()}


@pytest.mark.parametrize("template", templates().values(), ids=lambda template: template.key)
def test_every_template_is_complete_in_all_three_languages(template: Template) -> None:
    asked = {
        frozenset(placeholders(words.subject + words.text))
        for language in LANGUAGES
        if (words := words_of(template, language))
    }

    assert all(words_of(template, language) for language in LANGUAGES)
    assert len(asked) == 1


def test_the_newest_version_of_a_template_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    later = msgspec.structs.replace(templates()["joined", 1], version=2)
    monkeypatch.setitem(templates(), ("joined", 2), later)

    assert newest("joined") is later


def test_a_later_version_leaves_the_words_of_the_earlier_one_as_they_were() -> None:
    """A version that has been used is never changed (N-07): its words stand here once more."""
    first = templates()["seat-vacant", 1]

    assert first.nb.subject == "Ledig plass: {group}"
    assert "{seat}" not in first.nb.text
    assert newest("seat-vacant").version == 2
