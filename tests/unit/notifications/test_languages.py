"""A municipality chooses the language of its notices, and may choose again."""

from __future__ import annotations

from services.notifications import contract
from services.notifications.contract import Language
from services.notifications.languages.domain import ChooseLanguage, languages
from services.notifications.languages.projection import on_notice_language_chosen
from tests.support.examples.notifications import LYNGEN, as_recorded, notice_language_chosen
from tests.support.given_when_then import Scenario

given = Scenario(languages).given


def choose(language: Language) -> ChooseLanguage:
    return ChooseLanguage(municipality_id=LYNGEN, language=language)


def test_a_language_is_chosen() -> None:
    given().when(choose("nn")).then(notice_language_chosen())


def test_bokmaal_can_be_chosen_though_everybody_begins_with_it() -> None:
    given().when(choose("nb")).then(notice_language_chosen(language="nb"))


def test_another_language_can_be_chosen_later() -> None:
    given(notice_language_chosen()).when(choose("en")).then(notice_language_chosen(language="en"))


def test_the_same_language_again_changes_nothing() -> None:
    given(notice_language_chosen()).when(choose("nn")).then_nothing()


def test_a_choice_is_keyed_by_its_municipality() -> None:
    stream = languages.stream(LYNGEN)

    assert languages.key(stream) == LYNGEN
    assert languages.subject(stream) == f"municipality/{LYNGEN}"


def test_the_last_choice_holds() -> None:
    first = as_recorded(notice_language_chosen(), contract.SERVICE, 1)
    second = as_recorded(notice_language_chosen(language="en"), contract.SERVICE, 2)
    row = on_notice_language_chosen(on_notice_language_chosen(None, first), second)

    assert row == {"municipality_id": LYNGEN, "language": "en"}
