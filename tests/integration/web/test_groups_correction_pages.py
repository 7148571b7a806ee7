"""What was recorded wrongly about groups and terms is put right in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.support.examples.groups import LEADERS
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN
from tests.support.visitors import Visitor, errors_beside, hidden
from tests.support.wire import Wire

GROUP = f"/groups/grupper/{LEADERS}"
CHANGE = f"{GROUP}/endre"
SEAT = f"/groups/kommuner/{LYNGEN}/grupper/{LEADERS}/plasser/1"
TERM = f"{SEAT}/perioder/1"
OTHER = "0197a000-0000-7000-8000-00000000c0de"


@pytest.fixture
def office(groups_app: Flask, groups: Wire, signed_in: Any) -> Visitor:
    visitor: Visitor = signed_in(groups_app, "office")
    body = {
        "group_id": LEADERS,
        "kind": "leaders_network",
        "name": "Ledernettverk",
        "decision_rule": "advisory",
        "seat_kind": "appointed",
        "seats_per_municipality": 1,
        "established_on": "2023-01-01",
    }
    assert visitor.post("/groups/v1/groups", body).status_code == 201
    groups.follow()
    return visitor


@pytest.fixture
def lyngen(groups_app: Flask, office: Visitor, signed_in: Any) -> Visitor:
    """The municipality, with its director in the seat from 2 November 2026."""
    visitor: Visitor = signed_in(groups_app, LYNGEN)
    form = {"contact_id": CONTACT, "role": "director", "valid_from": "02.11.2026", "valid_to": "31.12.2026"}
    assert visitor.send(SEAT, f"{SEAT}/oppnevning", form).status_code == 303
    return visitor


def events(groups: Wire, name: str) -> list[Any]:
    return [one.event for one in groups.store.history() if type(one.event).__name__ == name]


def test_the_name_and_the_days_of_a_group_are_put_right(office: Visitor, groups: Wire) -> None:
    for path, value in (("navn", "Ledernettverket"), ("forste-dag", "01.02.2023")):
        form = {"new_value": value, "reason": "Skrevet feil"}
        assert office.send(CHANGE, f"{GROUP}/retting/{path}", form).status_code == 303
    ending = {"archived_on": "31.12.2026", "reason": "Slått sammen"}
    assert office.send(CHANGE, f"{GROUP}/avslutning", ending).status_code == 303
    form = {"new_value": "30.06.2027", "reason": "Skrevet feil"}
    assert office.send(CHANGE, f"{GROUP}/retting/siste-dag", form).status_code == 303

    roster = office.see(GROUP)
    assert "Ledernettverket" in roster
    assert "1. februar 2023" in roster
    assert "30. juni 2027" in roster
    assert [(one.old_value, one.new_value) for one in events(groups, "GroupCorrected")] == [
        ("Ledernettverk", "Ledernettverket"),
        ("2023-01-01", "2023-02-01"),
        ("2027-01-01", "2027-07-01"),
    ]


def test_the_last_day_is_only_put_right_where_there_is_one(office: Visitor) -> None:
    assert "Rett den siste dagen" not in office.see(CHANGE)


@pytest.mark.parametrize(
    ("path", "form", "beside"),
    [
        ("navn", {"new_value": "Nytt"}, {"reason": "Må fylles ut."}),
        ("navn", {"reason": "Feil"}, {"new_value": "Må fylles ut."}),
        (
            "forste-dag",
            {"new_value": "i fjor", "reason": "Feil"},
            {"new_value": "Skriv datoen som dd.mm.åååå."},
        ),
    ],
)
def test_a_correction_of_a_group_that_cannot_be_says_why_at_its_own_form(
    office: Visitor, path: str, form: dict[str, str], beside: dict[str, str]
) -> None:
    action = f"{GROUP}/retting/{path}"
    carried = hidden(office.see(CHANGE), f"{GROUP}/retting/navn")
    answer = office.browser.post(action, data=carried | form)

    assert answer.status_code == 422
    assert errors_beside(answer.text) == beside
    assert answer.text.count('<details class="ds-details" open>') == 1


def test_the_days_of_a_term_are_put_right(lyngen: Visitor, groups: Wire) -> None:
    page = lyngen.see(TERM)
    assert 'value="2026-12-31"' in page

    form = {"valid_from": "03.11.2026", "valid_to": "30.06.2027", "reason": "Skrevet feil"}
    answer = lyngen.send(TERM, f"{TERM}/dager", form)

    assert (answer.status_code, answer.location) == (303, SEAT)
    assert "30.06.2027" in lyngen.see(SEAT)
    (corrected,) = events(groups, "SeatTermCorrected")
    assert (str(corrected.valid_from), str(corrected.valid_to)) == ("2026-11-03", "2027-07-01")


def test_another_person_takes_the_days_of_a_term(lyngen: Visitor, groups: Wire) -> None:
    form = {"contact_id": OTHER, "role": "specialist", "reason": "Feil person valgt"}
    answer = lyngen.send(TERM, f"{TERM}/person", form)

    assert (answer.status_code, answer.location) == (303, SEAT)
    page = lyngen.see(SEAT)
    assert "Fagperson" in page
    assert "Kommunedirektøren (eksempel) <span" not in page
    filled = events(groups, "SeatFilled")
    assert [(one.contact_id, str(one.valid_from), str(one.valid_to)) for one in filled] == [
        (CONTACT, "2026-11-02", "2027-01-01"),
        (OTHER, "2026-11-02", "2027-01-01"),
    ]
    assert [one.reason for one in filled] == [None, "Feil person valgt"]
    assert [one.reason for one in events(groups, "SeatVacated")] == ["Feil person valgt"]
    assert lyngen.browser.get(TERM).status_code == 404


def test_who_sits_is_put_right_over_http_too(lyngen: Visitor, groups: Wire) -> None:
    path = f"/groups/v1/municipalities/{LYNGEN}/groups/{LEADERS}/seats/1/terms/1/contact-correction"
    body = {"contact_id": OTHER, "role": "specialist", "reason": "Feil person valgt"}
    answer = lyngen.post(path, body)
    again = lyngen.post(path, body)

    assert answer.status_code == 201
    assert (answer.json["member"]["contact_id"], answer.json["member"]["term"]) == (OTHER, 2)
    assert (again.status_code, again.json["code"]) == (404, "term-unknown")
    assert [one.reason for one in events(groups, "SeatFilled")] == [None, "Feil person valgt"]


def test_nobody_else_puts_right_who_sits_for_a_municipality(
    groups_app: Flask, lyngen: Visitor, signed_in: Any, groups: Wire
) -> None:
    harstad: Visitor = signed_in(groups_app, HARSTAD)
    path = f"/groups/v1/municipalities/{LYNGEN}/groups/{LEADERS}/seats/1/terms/1/contact-correction"
    answer = harstad.post(path, {"contact_id": OTHER, "role": "director", "reason": "Feil"})

    assert (answer.status_code, answer.json["code"]) == (403, "other-municipality")
    assert lyngen.post(path, {"contact_id": OTHER, "role": "director"}).json["errors"].keys() == {"reason"}
    assert len(events(groups, "SeatFilled")) == 1


def test_a_person_is_not_exchanged_without_a_reason(lyngen: Visitor, groups: Wire) -> None:
    answer = lyngen.send(TERM, f"{TERM}/person", {"contact_id": OTHER, "role": "director"})

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {"reason": "Må fylles ut."}
    assert events(groups, "SeatVacated") == []


def test_a_person_that_cannot_sit_leaves_the_term_as_it_is(lyngen: Visitor, groups: Wire) -> None:
    answer = lyngen.send(TERM, f"{TERM}/person", {"contact_id": OTHER, "role": "queen", "reason": "Feil"})

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {"role": "Velg ett av alternativene."}
    assert events(groups, "SeatVacated") == []


@pytest.mark.parametrize(
    ("form", "status", "beside"),
    [
        ({"reason": ""}, 422, {"reason": "Må fylles ut."}),
        ({"valid_to": "01.11.2026"}, 409, {"valid_to": "Perioden må vare i minst én dag."}),
        ({"valid_from": "01.01.2001"}, 409, {"valid_from": "Plassen er ikke åpen i hele perioden."}),
    ],
)
def test_days_that_cannot_be_are_told_at_their_own_form(
    lyngen: Visitor, form: dict[str, str], status: int, beside: dict[str, str]
) -> None:
    days = {"valid_from": "02.11.2026", "valid_to": "31.12.2026", "reason": "Feil"}
    answer = lyngen.send(TERM, f"{TERM}/dager", days | form)

    assert answer.status_code == status
    assert errors_beside(answer.text) == beside


def test_what_is_wrong_stands_at_the_form_that_was_sent_only(lyngen: Visitor) -> None:
    answer = lyngen.send(SEAT, f"{SEAT}/fratredelse", {"vacated_on": "i går"})

    assert errors_beside(answer.text) == {"vacated_on": "Skriv datoen som dd.mm.åååå."}
    assert answer.text.count('aria-invalid="true"') == 1


def test_another_municipality_puts_nothing_right(groups_app: Flask, lyngen: Visitor, signed_in: Any) -> None:
    harstad: Visitor = signed_in(groups_app, HARSTAD)

    assert harstad.browser.get(TERM).status_code == 403
    assert harstad.browser.get(CHANGE).status_code == 403
    assert lyngen.browser.get(CHANGE).status_code == 403
    assert lyngen.browser.get(TERM.replace("perioder/1", "perioder/2")).status_code == 404
