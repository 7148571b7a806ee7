"""Who reads and does what in groups (decision 16)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from services.membership.contract import MunicipalityId
from tests.support.examples import membership as said
from tests.support.examples.groups import HEALTH, LEADERS
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN
from tests.support.visitors import Visitor
from tests.support.wire import Wire

GROUP = {
    "kind": "professional_group",
    "name": "Helse",
    "decision_rule": "advisory",
    "seat_kind": "open",
    "established_on": "2023-01-01",
}
CHOICE = {"contact_id": CONTACT, "role": "specialist", "group_ids": [HEALTH]}
OF_OFFICE: list[tuple[str, dict[str, Any]]] = [
    ("/groups/v1/groups", GROUP),
    (f"/groups/v1/groups/{HEALTH}/mandate", {"text": "Vårt", "adopted_on": "2026-01-01"}),
    (f"/groups/v1/groups/{HEALTH}/archiving", {"archived_on": "2026-12-01", "reason": "Vi vil ikke"}),
    (f"/groups/v1/groups/{HEALTH}/correction", {"fact": "name", "new_value": "Vårt", "reason": "Finere"}),
]
SEAT = f"groups/{LEADERS}/seats/1"
OF_MUNICIPALITY: list[tuple[str, dict[str, Any]]] = [
    (f"{SEAT}/appointment", {"contact_id": CONTACT, "role": "director", "valid_from": "2026-11-02"}),
    (f"{SEAT}/vacation", {"vacated_on": "2026-12-01"}),
    (f"{SEAT}/closing", {"closed_on": "2026-12-01"}),
    (f"{SEAT}/terms/1/correction", {"valid_from": "2026-11-02", "valid_to": None, "reason": "Feil"}),
    ("group-choices", CHOICE),
]
READ = [
    "/groups/v1/groups",
    f"/groups/v1/groups/{HEALTH}",
    f"/groups/v1/groups/{HEALTH}/roster",
    "/groups/v1/coverage",
    f"/groups/v1/municipalities/{HARSTAD}/seats",
    "/groups/",
    f"/groups/grupper/{HEALTH}",
    f"/groups/kommuner/{HARSTAD}",
]
PAGES_OF_OFFICE = ["/groups/grupper/ny", f"/groups/grupper/{HEALTH}/endre"]
OWN_PAGES = ["faggrupper", f"grupper/{LEADERS}/plasser/1"]


@pytest.fixture(autouse=True)
def office(groups_app: Flask, groups: Wire, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(groups_app, "office")
    fixed = {"seat_kind": "appointed", "seats_per_municipality": 1, "kind": "leaders_network"}
    for body in (GROUP | {"group_id": HEALTH}, GROUP | fixed | {"group_id": LEADERS, "name": "Ledere"}):
        assert visitor.post("/groups/v1/groups", body).status_code == 201
    groups.follow()
    return visitor


@pytest.fixture
def lyngen(groups_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(groups_app, LYNGEN)
    return visitor


@pytest.mark.parametrize("path", [*READ, "/groups/v1/waiting"])
def test_nobody_reads_without_a_token(groups_app: Flask, path: str) -> None:
    answer = Visitor(groups_app, None).get(path)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "body"),
    [*OF_OFFICE, *((f"/groups/v1/municipalities/{LYNGEN}/{path}", body) for path, body in OF_MUNICIPALITY)],
)
def test_nobody_writes_without_a_token_or_with_one_for_reading(
    groups_app: Flask, groups: Wire, signed_in: Any, path: str, body: dict[str, Any]
) -> None:
    before = len(groups.store.history())
    reader = signed_in(groups_app, "office", "groups:read")

    assert Visitor(groups_app, None).post(path, body).status_code == 401
    refused = reader.post(path, body)
    assert (refused.status_code, refused.json["code"]) == (403, "scope-missing")
    assert len(groups.store.history()) == before


@pytest.mark.parametrize("path", READ)
def test_the_scope_of_another_service_opens_nothing(groups_app: Flask, signed_in: Any, path: str) -> None:
    assert signed_in(groups_app, "office", "fees:read", "fees:write").get(path).status_code == 403


@pytest.mark.parametrize("path", READ)
def test_a_municipality_reads_groups_and_rosters(lyngen: Visitor, path: str) -> None:
    assert lyngen.get(path).status_code == 200


@pytest.mark.parametrize(("path", "body"), OF_OFFICE)
def test_a_municipality_decides_nothing_about_groups(
    lyngen: Visitor, path: str, body: dict[str, Any]
) -> None:
    answer = lyngen.post(path, body)

    assert (answer.status_code, answer.json["code"]) == (403, "office-only")


@pytest.mark.parametrize("path", [*PAGES_OF_OFFICE, "/groups/v1/waiting"])
def test_a_municipality_sees_no_page_of_the_office(lyngen: Visitor, path: str) -> None:
    assert lyngen.get(path).status_code == 403


@pytest.mark.parametrize(("path", "body"), OF_MUNICIPALITY)
def test_a_municipality_writes_for_itself_only(lyngen: Visitor, path: str, body: dict[str, Any]) -> None:
    for_other = lyngen.post(f"/groups/v1/municipalities/{HARSTAD}/{path}", body)
    for_itself = lyngen.post(f"/groups/v1/municipalities/{LYNGEN}/{path}", body)

    assert (for_other.status_code, for_other.json["code"]) == (403, "other-municipality")
    assert for_itself.status_code in (201, 404, 409)  # let in; what is there to do is another question


@pytest.mark.parametrize("page", OWN_PAGES)
def test_the_forms_of_others_are_closed(lyngen: Visitor, page: str) -> None:
    assert lyngen.get(f"/groups/kommuner/{LYNGEN}/{page}").status_code == 200
    assert lyngen.get(f"/groups/kommuner/{HARSTAD}/{page}").status_code == 403


def test_the_sign_ups_of_others_are_not_told(groups_app: Flask, signed_in: Any, lyngen: Visitor) -> None:
    lyngen.post(f"/groups/v1/municipalities/{LYNGEN}/group-choices", CHOICE)
    harstad = signed_in(groups_app, HARSTAD)
    path = f"/groups/v1/municipalities/{LYNGEN}/seats"

    assert len(lyngen.read(path)["choices"]) == 1
    assert harstad.read(path)["choices"] == []
    assert [seat["vacant"] for seat in harstad.read(path)["seats"]] == [True, False]


def test_that_others_have_given_notice_is_not_told(
    groups_app: Flask, groups: Wire, signed_in: Any, lyngen: Visitor
) -> None:
    groups.tell("membership", said.withdrawal_notice_received())
    path = f"/groups/v1/municipalities/{LYNGEN}/seats"

    assert lyngen.read(path)["membership_ends_on"] == "2027-01-01"
    assert signed_in(groups_app, HARSTAD).read(path)["membership_ends_on"] is None
    assert "sagt opp" in lyngen.see(f"/groups/kommuner/{LYNGEN}")
    assert "sagt opp" not in signed_in(groups_app, HARSTAD).see(f"/groups/kommuner/{LYNGEN}")


def test_that_others_are_on_their_way_is_not_told(
    groups_app: Flask, groups: Wire, signed_in: Any, lyngen: Visitor, office: Visitor
) -> None:
    newcomer = MunicipalityId("7e0a9b64-3c1d-5b55-8a44-6f2f9c875538")
    groups.tell("membership", said.municipality_invited(municipality_id=newcomer))
    path = f"/groups/v1/municipalities/{newcomer}/seats"

    assert office.read(path)["standing"] == "on_its_way"
    assert signed_in(groups_app, newcomer).read(path)["standing"] == "on_its_way"
    assert lyngen.read(path)["standing"] == "outside"


def test_the_cookie_of_a_browser_does_not_write_over_the_interface(lyngen: Visitor) -> None:
    answer = lyngen.browser.post(f"/groups/v1/municipalities/{LYNGEN}/group-choices", json=CHOICE)

    assert answer.status_code == 401
