"""Notices over HTTP and on pages: raised by what happens, read by those they are for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from services.membership.contract import Names
from tests.support.conditions import changes_only_what_was_seen
from tests.support.examples import membership as said
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN
from tests.support.visitors import Visitor
from tests.support.wire import Wire

NOTICES = "/notifications/v1/notices"
TAB = f"/notifications/kommuner/{LYNGEN}"
JOINED = "Medlemskapet har begynt"


@pytest.fixture(autouse=True)
def two_joined(notifications: Wire) -> None:
    """Lyngen and Harstad have become members: four notices, one for each and two for the office."""
    notifications.tell(
        "membership",
        said.municipality_registered(),
        said.municipality_registered(municipality_id=HARSTAD, names=Names(nb="Harstad"), number="5503"),
        said.municipality_joined(),
        said.municipality_joined(municipality_id=HARSTAD),
    )


@pytest.fixture
def office(notifications_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(notifications_app, "office")
    return visitor


@pytest.fixture
def lyngen(notifications_app: Flask, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(notifications_app, LYNGEN)
    return visitor


def first(visitor: Visitor, question: str = "") -> str:
    notice_id: str = visitor.read(f"{NOTICES}{question}")["items"][0]["notice_id"]
    return notice_id


def test_everybody_has_notices_of_its_own(office: Visitor, lyngen: Visitor) -> None:
    of_office, of_lyngen = office.read(NOTICES), lyngen.read(NOTICES)

    assert (of_office["unread"], {notice["audience"] for notice in of_office["items"]}) == (2, {"office"})
    assert of_lyngen["unread"] == 1
    assert [(notice["municipality_id"], notice["role"]) for notice in of_lyngen["items"]] == [
        (LYNGEN, "director")
    ]
    assert "Lyngen kommune" in of_lyngen["items"][0]["text"]


def test_the_office_sees_what_a_municipality_was_told(office: Visitor) -> None:
    notices = office.read(f"{NOTICES}?municipality={LYNGEN}")["items"]

    assert {notice["audience"] for notice in notices} == {"office", "municipality"}
    assert {notice["municipality_id"] for notice in notices} == {LYNGEN}


def test_notices_come_page_by_page(office: Visitor) -> None:
    page = office.read(f"{NOTICES}?limit=1")
    rest = office.read(f"{NOTICES}?limit=1&cursor={page['next']}")

    assert page["items"] != rest["items"]
    assert rest["next"] is None
    assert office.get(f"{NOTICES}?cursor={CONTACT}").status_code == 404


def test_a_question_for_no_page_at_all_is_refused(office: Visitor) -> None:
    answer = office.get(f"{NOTICES}?limit=0")

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["limit"])


def test_a_municipality_reads_its_notice(lyngen: Visitor, notifications: Wire) -> None:
    notice_id = first(lyngen)
    answer = lyngen.post(f"{NOTICES}/{notice_id}/reading")
    again = lyngen.post(f"{NOTICES}/{notice_id}/reading")
    names = [type(recorded.event).__name__ for recorded in notifications.store.history()]

    assert (answer.status_code, again.status_code) == (201, 201)
    assert answer.json["read_at"] == again.json["read_at"]
    assert answer.headers["ETag"] == '"v2"'
    assert lyngen.read(f"{NOTICES}?unread=true")["items"] == []
    assert names.count("NoticeRead") == 1


def test_a_repeated_reading_under_one_key_gets_the_same_answer(lyngen: Visitor) -> None:
    path = f"{NOTICES}/{first(lyngen)}/reading"
    one, again = (lyngen.post(path, Idempotency_Key="one") for _ in range(2))

    assert one.data == again.data
    assert again.headers["Idempotent-Replay"] == "true"


def test_a_reading_of_another_version_is_refused(lyngen: Visitor) -> None:
    answer = lyngen.post(f"{NOTICES}/{first(lyngen)}/reading", If_Match='"v7"')

    assert (answer.status_code, answer.json["code"]) == (412, "version-conflict")


def test_all_is_read_at_once_for_those_who_ask(office: Visitor, lyngen: Visitor) -> None:
    answer = office.post(f"{NOTICES}/readings")

    assert (answer.status_code, answer.json) == (201, {"read": 2})
    assert office.read(NOTICES)["unread"] == 0
    assert lyngen.read(NOTICES)["unread"] == 1


def test_unread_notices_wait_for_the_office(office: Visitor, lyngen: Visitor) -> None:
    items = office.read("/notifications/v1/waiting")["items"]
    office.post(f"{NOTICES}/readings")

    assert [item["text"] for item in items] == ["Kontoret har 2 uleste varsler."]
    assert office.read("/notifications/v1/waiting")["items"] == []
    assert lyngen.get("/notifications/v1/waiting").status_code == 403


@pytest.mark.parametrize("question", [f"municipality={HARSTAD}", "audience=office"])
def test_a_municipality_does_not_list_the_notices_of_others(lyngen: Visitor, question: str) -> None:
    answer = lyngen.get(f"{NOTICES}?{question}")

    assert (answer.status_code, answer.json["code"]) == (403, "notice-for-others")


def test_nobody_reads_in_the_place_of_those_a_notice_is_for(office: Visitor, lyngen: Visitor) -> None:
    of_office = first(office, f"?municipality={LYNGEN}&audience=office")
    of_harstad = first(office, f"?municipality={HARSTAD}&audience=municipality")

    assert lyngen.post(f"{NOTICES}/{of_office}/reading").json["code"] == "notice-for-others"
    assert lyngen.post(f"{NOTICES}/{of_harstad}/reading").status_code == 404
    assert office.post(f"{NOTICES}/{of_harstad}/reading").json["code"] == "notice-for-others"


@pytest.mark.parametrize(
    "path",
    [
        NOTICES,
        "/notifications/v1/waiting",
        "/notifications/v1/events",
        "/notifications/v1/event-types",
        "/notifications/varsler",
        "/notifications/hendelser",
        TAB,
    ],
)
def test_nothing_is_read_without_a_token_or_with_the_scope_of_another_service(
    notifications_app: Flask, signed_in: Any, path: str
) -> None:
    assert Visitor(notifications_app, None).get(path).status_code == 401
    assert signed_in(notifications_app, "office", "groups:read").get(path).status_code == 403


@pytest.mark.parametrize("path", [f"{NOTICES}/{CONTACT}/reading", f"{NOTICES}/readings"])
def test_nothing_is_marked_without_a_token_or_with_one_for_reading(
    notifications_app: Flask, signed_in: Any, path: str
) -> None:
    reader = signed_in(notifications_app, "office", "notifications:read")

    assert Visitor(notifications_app, None).post(path).status_code == 401
    assert reader.post(path).json["code"] == "scope-missing"


def test_the_office_reads_one_notice_on_its_page_and_then_all(office: Visitor) -> None:
    before = office.see("/notifications/varsler")
    action = f"/notifications/varsler/{first(office)}/lest"
    one = office.send("/notifications/varsler", action, {})
    between = office.see("/notifications/varsler")
    rest = office.send("/notifications/varsler", "/notifications/varsler/lest", {})
    after = office.see("/notifications/varsler")

    assert (one.status_code, rest.status_code) == (303, 303)
    assert "2 varsler er uleste." in before
    assert "Ett varsel er ulest." in between
    assert "Alt er lest." in after
    assert JOINED not in office.see("/notifications/varsler?vis=uleste")
    assert JOINED in after


def test_a_municipality_reads_on_its_tab_and_comes_back_to_it(lyngen: Visitor, office: Visitor) -> None:
    of_office = office.see(TAB)
    answer = lyngen.send(TAB, f"/notifications/varsler/{first(lyngen)}/lest", {})

    assert JOINED in of_office
    assert "Merk som lest" not in of_office
    assert (answer.status_code, answer.headers["Location"]) == (303, TAB)
    assert "Alt er lest." in lyngen.see(TAB)


def test_the_tab_of_another_municipality_is_closed(lyngen: Visitor) -> None:
    answer = lyngen.browser.get(f"/notifications/kommuner/{HARSTAD}")

    assert answer.status_code == 403
    assert "Dette hører til en annen kommune." in answer.text


def test_who_may_only_read_is_offered_no_button(notifications_app: Flask, signed_in: Any) -> None:
    page = signed_in(notifications_app, LYNGEN, "notifications:read").see("/notifications/varsler")

    assert JOINED in page
    assert "Merk" not in page


def test_marking_without_the_forms_token_is_refused(lyngen: Visitor) -> None:
    answer = lyngen.browser.post(f"/notifications/varsler/{first(lyngen)}/lest")

    assert answer.status_code == 400
    assert lyngen.read(NOTICES)["unread"] == 1


def test_the_log_is_filtered_by_type_municipality_and_day(office: Visitor) -> None:
    everything = office.see("/notifications/hendelser")
    joined = office.see("/notifications/hendelser?type=no.digitrofi.MunicipalityJoined.v1")
    of_harstad = office.see(f"/notifications/hendelser?kommune={HARSTAD}&type=")
    later = office.see("/notifications/hendelser?fra=2027-01-01")

    rows = [page.count("<details") for page in (everything, joined, of_harstad, later)]
    assert rows == [8, 2, 4, 0]
    assert "Medlemskap begynt" in joined
    assert "Ingen hendelser passer til utvalget." in later


def test_a_day_that_cannot_be_read_is_said_beside_its_field(office: Visitor) -> None:
    page = office.see("/notifications/hendelser?fra=i+fjor")

    assert "Skriv datoen som ÅÅÅÅ-MM-DD" in page
    assert 'aria-invalid="true"' in page


def test_the_log_of_a_municipality_holds_nothing_that_is_withheld(
    lyngen: Visitor, office: Visitor, notifications: Wire
) -> None:
    notifications.tell("membership", said.municipality_invited(municipality_id=HARSTAD))

    # The label also stands in the list of types, on everybody's page.
    assert office.see("/notifications/hendelser").count("Kommune invitert") > 1
    assert lyngen.see("/notifications/hendelser").count("Kommune invitert") == 1


def test_an_example_is_marked_as_one(lyngen: Visitor, notifications: Wire) -> None:
    notifications.tell("membership", said.withdrawal_notice_received(), example=True)

    assert "sier ingenting om kommunen" in lyngen.see("/notifications/varsler")
    assert lyngen.read(f"{NOTICES}?unread=false")["items"][0]["example"] is True


def test_a_notice_is_read_as_it_was_seen_and_by_nobody_else(office: Visitor, lyngen: Visitor) -> None:
    own = f"{NOTICES}/{first(lyngen)}"
    changes_only_what_was_seen(
        lambda: lyngen.get(own), lambda headers: lyngen.post(f"{own}/reading", **headers)
    )
    offices = [
        one["notice_id"]
        for one in office.read(f"{NOTICES}?audience=office")["items"]
        if one["municipality_id"] == LYNGEN
    ]
    answers = [lyngen.get(f"{NOTICES}/{notice_id}") for notice_id in offices]

    assert offices
    assert {(one.status_code, one.json["code"]) for one in answers} == {(404, "notice-unknown")}


def test_a_notice_names_a_number_whose_date_and_then_itself_were_put_right(
    lyngen: Visitor, notifications: Wire
) -> None:
    recorded_on, begun_on = date(2024, 2, 1), date(2024, 1, 1)
    moved = {"fact": "valid_from", "valid_from": recorded_on, "new_value": begun_on.isoformat()}
    notifications.tell(
        "membership",
        said.municipality_renumbered(number="5537", valid_from=recorded_on),
        said.municipality_corrected(old_value=recorded_on.isoformat(), **moved),
        said.municipality_corrected(fact="number", valid_from=begun_on, old_value="5537", new_value="5536"),
        said.withdrawal_notice_received(),
    )

    (_, newest) = sorted(lyngen.read(NOTICES)["items"], key=lambda notice: notice["raised_at"])
    assert "Lyngen kommune (5536)" in newest["text"]
