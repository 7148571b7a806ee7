"""Groups over HTTP: established, given a mandate, corrected and ended."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.support.examples.groups import LEADERS
from tests.support.examples.membership import CONTACT, LYNGEN
from tests.support.groups_office import LEADERS_NETWORK, THREE_GROUPS, established, happened
from tests.support.visitors import Visitor
from tests.support.wire import Wire


@pytest.fixture
def office(groups_app: Flask, groups: Wire, signed_in: Any) -> Visitor:
    return established(signed_in(groups_app, "office"), groups, *THREE_GROUPS)


def test_a_group_is_established_and_stands_in_the_list(office: Visitor) -> None:
    shown = {group["name"]: group for group in office.read("/groups/v1/groups")["items"]}

    assert set(shown) == {"Ledernettverk", "Helse", "Skole"}
    assert shown["Ledernettverk"]["established_on"] == "2023-01-01"
    assert office.read("/groups/v1/groups?as_of=2022-12-31") == {"items": []}
    assert office.read("/groups/v1/groups?known_at=2026-11-01") == {"items": []}


def test_an_established_group_is_not_established_again(office: Visitor) -> None:
    answer = office.post("/groups/v1/groups", LEADERS_NETWORK | {"name": "Et annet"})

    assert (answer.status_code, answer.json["code"]) == (409, "group-already-established")


def test_a_group_is_given_a_mandate(office: Visitor) -> None:
    mandate = {"text": "Toppledere i kommunene.", "decided_by": None, "adopted_on": "2023-01-01"}
    answer = office.post(f"/groups/v1/groups/{LEADERS}/mandate", mandate)

    assert answer.status_code == 201
    assert office.read(f"/groups/v1/groups/{LEADERS}")["mandate"]["text"] == "Toppledere i kommunene."


def test_a_correction_takes_the_place_of_what_stood(office: Visitor) -> None:
    correction = {"fact": "name", "new_value": "Ledernettverket", "reason": "Skrivefeil"}
    answer = office.post(f"/groups/v1/groups/{LEADERS}/correction", correction)

    assert (answer.status_code, answer.json["name"]) == (201, "Ledernettverket")


def test_a_corrected_date_must_be_a_date(office: Visitor) -> None:
    correction = {"fact": "established_on", "new_value": "20260101", "reason": "Feil"}
    answer = office.post(f"/groups/v1/groups/{LEADERS}/correction", correction)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"new_value": ["A date is written YYYY-MM-DD."]}


def test_a_group_that_ends_takes_its_seats_with_it(office: Visitor, groups: Wire) -> None:
    answer = office.post(
        f"/groups/v1/groups/{LEADERS}/archiving", {"archived_on": "2026-12-01", "reason": "Slått sammen"}
    )
    groups.follow()

    assert answer.json["archived_on"] == "2026-12-01"
    assert office.read(f"/groups/v1/municipalities/{LYNGEN}/seats?as_of=2026-12-01")["seats"] == []


def test_an_unknown_group_is_not_found(office: Visitor) -> None:
    for path in (f"/groups/v1/groups/{CONTACT}", f"/groups/v1/groups/{CONTACT}/roster"):
        answer = office.get(path)

        assert (answer.status_code, answer.json["code"]) == (404, "group-unknown")


def test_the_version_that_was_seen_may_be_named_and_an_old_one_is_refused(office: Visitor) -> None:
    seen = office.get(f"/groups/v1/groups/{LEADERS}").headers["ETag"]
    mandate = {"text": "Først.", "adopted_on": "2023-01-01"}
    path = f"/groups/v1/groups/{LEADERS}/mandate"
    first = office.post(path, mandate, If_Match=seen)
    late = office.post(path, mandate | {"text": "For sent."}, If_Match=seen)

    assert (first.status_code, first.headers["ETag"]) == (201, '"v2"')
    assert (late.status_code, late.json["code"]) == (412, "version-conflict")
    assert office.get(f"/groups/v1/groups/{LEADERS}").headers["ETag"].startswith('"v2-')


def test_a_repeated_request_under_one_key_has_one_effect_and_one_answer(
    office: Visitor, groups: Wire
) -> None:
    body = {name: value for name, value in LEADERS_NETWORK.items() if name != "group_id"}
    before = happened(groups, "GroupEstablished")
    first, again = (office.post("/groups/v1/groups", body, Idempotency_Key="one") for _ in range(2))
    other = office.post("/groups/v1/groups", body | {"name": "Et annet"}, Idempotency_Key="one")

    assert happened(groups, "GroupEstablished") == before + 1
    assert first.data == again.data
    assert (first.headers["ETag"], again.headers["Idempotent-Replay"]) == (again.headers["ETag"], "true")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")


def test_a_field_that_nobody_knows_is_refused(office: Visitor, groups: Wire) -> None:
    before = len(groups.store.history())
    answer = office.post("/groups/v1/groups", LEADERS_NETWORK | {"colour": "blue"})

    assert answer.status_code == 422
    assert answer.json["errors"] == {"colour": ["Unknown field."]}
    assert len(groups.store.history()) == before
