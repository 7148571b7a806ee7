"""The language of a municipality's notices over HTTP and on its tab."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from flask import Flask

import services.notifications.notices.policy
from services.membership.contract import Names
from services.notifications.texts.queries import newest
from tests.support.conditions import changes_only_what_was_seen
from tests.support.examples import membership as said
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN
from tests.support.visitors import Visitor, errors_beside
from tests.support.wire import Wire

TAB = f"/notifications/kommuner/{LYNGEN}"
LANGUAGE = f"/notifications/v1/municipalities/{LYNGEN}/notice-language"
OF_HARSTAD = f"/notifications/v1/municipalities/{HARSTAD}/notice-language"


@pytest.fixture(autouse=True)
def two_known(notifications: Wire) -> None:
    """Lyngen has been invited; Harstad is known."""
    notifications.tell(
        "membership",
        said.municipality_registered(),
        said.municipality_registered(municipality_id=HARSTAD, names=Names(nb="Harstad"), number="5503"),
        said.municipality_invited(),
    )


@pytest.fixture
def office(notifications_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(notifications_app, "office")
    return visitor


@pytest.fixture
def lyngen(notifications_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(notifications_app, LYNGEN)
    return visitor


def languages_of_notices(visitor: Visitor) -> list[str]:
    items = visitor.read("/notifications/v1/notices")["items"]
    return [notice["language"] for notice in items]


def test_nobody_has_chosen_at_first(lyngen: Visitor) -> None:
    assert lyngen.read(LANGUAGE) == {"municipality_id": LYNGEN, "language": "nb", "chosen": False}


def test_a_municipality_chooses_and_later_notices_are_in_its_language(
    lyngen: Visitor, office: Visitor, notifications: Wire
) -> None:
    answer = lyngen.post(LANGUAGE, {"language": "nn"})
    notifications.tell("membership", said.municipality_joined())

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"v1"')
    assert answer.json == {"municipality_id": LYNGEN, "language": "nn", "chosen": True}
    assert lyngen.read(LANGUAGE) == answer.json
    assert languages_of_notices(lyngen) == ["nn", "nb"]
    assert set(languages_of_notices(office)) == {"nb"}


def test_the_office_chooses_for_any_municipality(office: Visitor, lyngen: Visitor) -> None:
    assert office.post(LANGUAGE, {"language": "en"}).status_code == 201
    assert office.post(OF_HARSTAD, {"language": "nn"}).status_code == 201
    assert lyngen.read(LANGUAGE)["language"] == "en"


def test_what_another_municipality_has_chosen_is_neither_read_nor_changed(
    lyngen: Visitor, office: Visitor, notifications: Wire
) -> None:
    before = len(notifications.store.history())
    read, changed = lyngen.get(OF_HARSTAD), lyngen.post(OF_HARSTAD, {"language": "nn"})

    assert {(one.status_code, one.json["code"]) for one in (read, changed)} == {(403, "other-municipality")}
    assert len(notifications.store.history()) == before
    assert office.read(OF_HARSTAD)["chosen"] is False


def test_nothing_is_chosen_without_a_token_or_with_one_for_reading(
    notifications_app: Flask, signed_in: Any
) -> None:
    reader = signed_in(notifications_app, LYNGEN, "notifications:read")

    assert Visitor(notifications_app, None).post(LANGUAGE, {"language": "nn"}).status_code == 401
    assert reader.post(LANGUAGE, {"language": "nn"}).json["code"] == "scope-missing"


@pytest.mark.parametrize("body", [{}, {"language": "se"}, {"language": None}, {"language": ["nn"]}])
def test_a_language_that_there_are_no_texts_in_is_refused(lyngen: Visitor, body: dict[str, Any]) -> None:
    answer = lyngen.post(LANGUAGE, body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["language"])


def test_nothing_is_chosen_for_a_municipality_that_is_not_known(office: Visitor) -> None:
    path = LANGUAGE.replace(LYNGEN, CONTACT)
    answers = [office.get(path), office.post(path, {"language": "nn"})]

    assert {(one.status_code, one.json["code"]) for one in answers} == {(404, "municipality-unknown")}


def test_a_choice_is_changed_as_it_was_seen_and_not_otherwise(lyngen: Visitor) -> None:
    lyngen.post(LANGUAGE, {"language": "en"})
    changes_only_what_was_seen(
        lambda: lyngen.get(LANGUAGE), lambda headers: lyngen.post(LANGUAGE, {"language": "nn"}, **headers)
    )


@pytest.mark.parametrize("who", ["office", LYNGEN])
def test_the_language_is_chosen_on_the_tab(
    notifications_app: Flask, signed_in: Any, notifications: Wire, who: str
) -> None:
    visitor = signed_in(notifications_app, who)
    before = visitor.see(TAB)
    answer = visitor.send(TAB, f"{TAB}/spraak", {"language": "nn"})
    notifications.tell("membership", said.municipality_joined())
    after = visitor.see(TAB)

    assert "Språk i varsler: bokmål" in before
    assert (answer.status_code, answer.headers["Location"]) == (303, TAB)
    assert "Språk i varsler: nynorsk" in after
    assert re.findall(r'<a class="ds-link" href="[^"]*" lang="(\w+)">', after) == ["nn", "nb"]
    assert re.findall(r'<p lang="(\w+)">', after) == ["nn", "nb"]


def test_a_form_without_a_language_says_so_beside_the_field(lyngen: Visitor) -> None:
    answer = lyngen.send(TAB, f"{TAB}/spraak", {})

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {"language": "Må fylles ut."}


def test_the_form_of_another_municipality_is_refused(lyngen: Visitor, office: Visitor) -> None:
    foreign = f"/notifications/kommuner/{HARSTAD}"
    own = lyngen.browser.get(TAB).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', own)
    assert token is not None
    answer = lyngen.browser.post(f"{foreign}/spraak", data={"csrf_token": token[1], "language": "nn"})

    assert answer.status_code == 403
    assert office.read(OF_HARSTAD)["chosen"] is False


def test_who_may_only_read_sees_the_language_and_no_form(notifications_app: Flask, signed_in: Any) -> None:
    page = signed_in(notifications_app, LYNGEN, "notifications:read").see(TAB)

    assert "Nye varsler til kommunen skrives på bokmål." in page
    assert "Velg språk" not in page


def test_a_text_without_a_translation_says_so(
    lyngen: Visitor, notifications: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    lyngen.post(LANGUAGE, {"language": "en"})
    monkeypatch.setattr(
        services.notifications.notices.policy,
        "newest",
        lambda key: msgspec.structs.replace(newest(key), en=None),
    )
    notifications.tell("membership", said.municipality_joined())
    newest_notice = lyngen.read("/notifications/v1/notices")["items"][0]

    assert (newest_notice["language"], newest_notice["language_missing"]) == ("nb", "en")
    assert "Teksten finnes ikke på engelsk, og står derfor på bokmål." in lyngen.see(TAB)
    assert "Teksten finnes ikke på engelsk" in lyngen.see("/notifications/varsler")
