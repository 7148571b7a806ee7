"""Seats over HTTP: filled, vacated and signed up for, and how they stand in rosters and coverage."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import date
from typing import Any

import pytest
from flask import Flask

from shared import clock
from tests.support.conditions import changes_only_what_was_seen
from tests.support.examples.groups import HEALTH, LEADERS, SCHOOL, SUCCESSOR
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN, contact_erased, contact_removed
from tests.support.groups_office import THREE_GROUPS, established, happened
from tests.support.visitors import Visitor
from tests.support.wire import Wire

SEAT = f"/groups/v1/municipalities/{LYNGEN}/groups/{LEADERS}/seats/1"
APPOINTMENT = {"contact_id": CONTACT, "role": "director", "valid_from": "2026-11-02"}


@pytest.fixture
def office(groups_app: Flask, groups: Wire, signed_in: Any) -> Visitor:
    return established(signed_in(groups_app, "office"), groups, *THREE_GROUPS)


def test_a_member_stands_with_its_seats_vacant_until_it_appoints(office: Visitor) -> None:
    before = office.read(f"/groups/v1/groups/{LEADERS}/roster")
    answer = office.post(f"{SEAT}/appointment", APPOINTMENT)
    after = office.read(f"/groups/v1/groups/{LEADERS}/roster")

    assert (before["coverage"]["vacant"], before["coverage"]["represented"]) == (4, 0)
    assert [seat["municipality"] for seat in before["seats"]] == ["Harstad", "Harstad", "Lyngen", "Lyngen"]
    assert answer.status_code == 201
    assert answer.json["member"]["contact_id"] == CONTACT
    assert (after["coverage"]["vacant"], after["coverage"]["represented"]) == (3, 1)
    assert [place["municipality"] for place in after["coverage"]["without"]] == ["Harstad"]


def test_the_roster_answers_for_another_day_and_for_what_was_known_earlier(office: Visitor) -> None:
    before = clock.moment(clock.now())
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"valid_from": "2026-12-01"})
    path = f"/groups/v1/groups/{LEADERS}/roster"

    assert office.read(path)["coverage"]["filled"] == 0
    assert office.read(f"{path}?as_of=2026-12-01")["coverage"]["filled"] == 1
    assert office.read(f"{path}?as_of=2026-12-01&known_at={before}")["coverage"]["filled"] == 0


def test_a_taken_seat_is_not_taken_over_silently(office: Visitor) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT)
    answer = office.post(f"{SEAT}/appointment", APPOINTMENT | {"contact_id": SUCCESSOR})

    assert (answer.status_code, answer.json["code"]) == (409, "seat-taken")
    assert answer.json["details"]["field"] == "valid_from"


def test_a_term_is_ended_and_its_dates_are_corrected(office: Visitor) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT)
    ended = office.post(f"{SEAT}/vacation", {"vacated_on": "2027-06-01"})
    dates = {"valid_from": "2026-11-02", "valid_to": "2027-07-01", "reason": "Sitter ut måneden"}
    corrected = office.post(f"{SEAT}/terms/1/correction", dates)

    assert (ended.status_code, ended.json["vacant"]) == (201, True)
    assert (corrected.status_code, corrected.json["member"]["valid_to"]) == (201, "2027-07-01")


def test_who_took_over_on_a_day_is_ended_on_it_and_the_one_before_by_the_name_of_the_term(
    office: Visitor,
) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"valid_from": "2026-10-01", "valid_to": "2026-11-01"})
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"contact_id": SUCCESSOR, "valid_from": "2026-11-01"})
    before = office.post(f"{SEAT}/vacation", {"vacated_on": "2026-11-01", "term": 1})
    took_over = office.post(f"{SEAT}/vacation", {"vacated_on": "2026-11-01"})
    over = office.post(f"{SEAT}/vacation", {"vacated_on": "2026-11-02", "term": 1})

    assert (before.status_code, before.json["vacant"]) == (201, False)
    assert (took_over.status_code, took_over.json["vacant"]) == (201, True)
    assert (over.status_code, over.json["code"]) == (409, "term-over")


def test_an_erased_contact_cannot_be_appointed(office: Visitor, groups: Wire) -> None:
    groups.tell("membership", contact_erased())
    answer = office.post(f"{SEAT}/appointment", APPOINTMENT)

    assert (answer.status_code, answer.json["code"]) == (409, "contact-erased")


def test_nor_can_one_whose_role_has_ended_unless_the_term_ended_before(office: Visitor, groups: Wire) -> None:
    groups.tell("membership", contact_removed(valid_to=date(2026, 11, 1)))
    answer = office.post(f"{SEAT}/appointment", APPOINTMENT)
    days = {"valid_from": "2026-10-01", "valid_to": "2026-11-01"}
    sat = office.post(f"{SEAT}/appointment", APPOINTMENT | days)

    assert (answer.status_code, answer.json["code"]) == (409, "contact-role-ended")
    assert answer.json["details"]["field"] == "contact_id"
    assert (sat.status_code, sat.json["vacant"]) == (201, False)


def test_nor_does_one_take_over_a_term_that_lasts_longer_than_the_role(office: Visitor, groups: Wire) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"contact_id": SUCCESSOR})
    groups.tell("membership", contact_removed(valid_to=date(2026, 11, 1)))
    right = {"contact_id": CONTACT, "role": "director", "reason": "Feil person"}
    answer = office.post(f"{SEAT}/terms/1/contact-correction", right)

    assert (answer.status_code, answer.json["code"]) == (409, "contact-role-ended")


def test_an_erased_contact_does_not_sit_again_by_a_correction(office: Visitor, groups: Wire) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"valid_from": "2026-10-01"})
    groups.tell("membership", contact_erased())
    days = {"valid_from": "2026-10-02", "reason": "Feil første dag"}
    sitting_again = office.post(f"{SEAT}/terms/1/correction", days | {"valid_to": None})
    sat = office.post(f"{SEAT}/terms/1/correction", days | {"valid_to": "2026-11-02"})

    assert (sitting_again.status_code, sitting_again.json["code"]) == (409, "contact-erased")
    assert sitting_again.json["details"]["field"] == "valid_to"
    assert (sat.status_code, sat.json["member"]["valid_to"]) == (201, "2026-11-02")
    assert office.read(SEAT)["vacant"]


def test_a_removed_contact_does_not_sit_again_by_a_correction(office: Visitor, groups: Wire) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"valid_from": "2026-10-01"})
    groups.tell("membership", contact_removed(valid_to=date(2026, 11, 1)))
    days = {"valid_from": "2026-10-02", "valid_to": "2026-11-02", "reason": "Feil dager"}
    answer = office.post(f"{SEAT}/terms/1/correction", days)

    assert (answer.status_code, answer.json["code"]) == (409, "contact-role-ended")


def test_a_sign_up_adds_seats_and_one_of_them_is_given_back(office: Visitor) -> None:
    choice = {"contact_id": CONTACT, "role": "specialist", "group_ids": [HEALTH, SCHOOL]}
    signed_up = office.post(f"/groups/v1/municipalities/{LYNGEN}/group-choices", choice)
    seats = office.read(f"/groups/v1/municipalities/{LYNGEN}/seats")
    held = [seat["group_id"] for seat in seats["seats"] if not seat["vacant"]]
    given_up = office.post(
        f"/groups/v1/municipalities/{LYNGEN}/groups/{SCHOOL}/seats/1/closing", {"closed_on": "2027-01-01"}
    )

    assert (signed_up.status_code, signed_up.json["effective_from"]) == (201, "2026-11-02")
    assert held == [HEALTH, SCHOOL]
    assert [choice["group_ids"] for choice in seats["choices"]] == [[HEALTH, SCHOOL]]
    assert (given_up.status_code, given_up.json["valid_to"]) == (201, "2027-01-01")


def test_a_contact_without_a_role_is_not_signed_up_and_nothing_is_recorded(
    office: Visitor, groups: Wire
) -> None:
    groups.tell("membership", contact_removed(valid_to=date(2026, 11, 2)))
    choice = {"contact_id": CONTACT, "role": "specialist", "group_ids": [HEALTH]}
    answer = office.post(f"/groups/v1/municipalities/{LYNGEN}/group-choices", choice)

    assert (answer.status_code, answer.json["code"]) == (409, "contact-has-no-role")
    assert happened(groups, "GroupsChosen") == 0


@pytest.mark.parametrize("left_out", ["contact_id", "role", "group_ids"])
def test_the_form_for_professional_groups_is_refused_without_what_it_requires(
    office: Visitor, left_out: str
) -> None:
    choice = {"contact_id": CONTACT, "role": "specialist", "group_ids": [HEALTH]}
    answer = office.post(
        f"/groups/v1/municipalities/{LYNGEN}/group-choices",
        {name: value for name, value in choice.items() if name != left_out},
    )

    assert answer.status_code == 422
    assert answer.json["errors"] == {left_out: ["Missing data for required field."]}


def test_a_sign_up_for_no_group_is_refused(office: Visitor) -> None:
    choice = {"contact_id": CONTACT, "role": "specialist", "group_ids": []}
    answer = office.post(f"/groups/v1/municipalities/{LYNGEN}/group-choices", choice)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["group_ids"])


def test_coverage_tells_how_well_each_group_is_filled(office: Visitor) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"valid_to": "2026-12-01"})
    leaders = office.read("/groups/v1/coverage")["items"][0]

    assert (leaders["seats"], leaders["filled"], leaders["members"]) == (4, 1, 2)
    assert leaders["ending"] == [
        {"municipality_id": LYNGEN, "seat": 1, "contact_id": CONTACT, "ends_on": "2026-12-01"}
    ]


def test_vacant_seats_and_ending_terms_wait_for_the_office(office: Visitor) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT | {"valid_to": "2026-12-01"})
    items = office.read("/groups/v1/waiting")["items"]

    assert {(item["kind"], item["text"]) for item in items} == {
        ("term-ends", "Lyngen: perioden i Ledernettverk går ut 1. desember 2026."),
        ("seat-vacant", "Lyngen har en ledig plass i Ledernettverk."),
        ("seat-vacant", "Harstad har 2 ledige plasser i Ledernettverk."),
    }
    assert {item["href"] for item in items} == {f"/groups/kommuner/{LYNGEN}", f"/groups/kommuner/{HARSTAD}"}


def test_the_roster_is_a_file_for_a_spreadsheet(office: Visitor) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT)
    answer = office.get(f"/groups/v1/groups/{LEADERS}/roster?format=csv")
    marked = office.get(f"/groups/v1/groups/{LEADERS}/roster?format=csv&bom=true")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode()), delimiter=";"))

    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert marked.data == codecs.BOM_UTF8 + answer.data
    assert [(row["kommune"], row["status"]) for row in rows] == [
        ("Harstad", "ledig"),
        ("Harstad", "ledig"),
        ("Lyngen", "besatt"),
        ("Lyngen", "ledig"),
    ]


def test_a_group_a_seat_and_a_sign_up_change_only_as_they_were_seen(office: Visitor) -> None:
    group, choices = f"/groups/v1/groups/{LEADERS}", f"/groups/v1/municipalities/{LYNGEN}/group-choices"
    mandate = {"text": "Toppledere i kommunene.", "decided_by": None, "adopted_on": "2023-01-01"}
    choice = {"contact_id": CONTACT, "role": "specialist", "group_ids": [HEALTH]}
    for read, change, body in (
        (group, f"{group}/mandate", mandate),
        (SEAT, f"{SEAT}/appointment", APPOINTMENT),
        (choices, choices, choice),
    ):
        changes_only_what_was_seen(
            lambda read=read: office.get(read),
            lambda headers, change=change, body=body: office.post(change, body, **headers),
        )


def test_a_seat_is_read_alone(office: Visitor) -> None:
    office.post(f"{SEAT}/appointment", APPOINTMENT)

    assert office.read(SEAT)["member"]["contact_id"] == CONTACT
    assert office.get(SEAT.replace("seats/1", "seats/9")).json["code"] == "seat-unknown"
    choices = office.get(f"/groups/v1/municipalities/{LYNGEN}/group-choices")
    assert (choices.status_code, choices.json) == (200, {"items": []})
