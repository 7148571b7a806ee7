"""Groups and their rosters in the browser: established, given a mandate, ended, listed and downloaded."""

from __future__ import annotations

from html import unescape

from flask import Flask

from tests.support.examples.groups import LEADERS
from tests.support.examples.membership import HARSTAD
from tests.support.visitors import Visitor, errors_beside
from tests.support.wire import Wire


def test_the_office_establishes_a_group(office: Visitor) -> None:
    form = {
        "name": "Styringsgruppe",
        "kind": "steering_group",
        "decision_rule": "consensus_else_leader",
        "seat_kind": "by_office",
        "composition": "Leder\nKommunedirektør i vertskommunen\n",
        "established_on": "1.1.2023",
    }
    answer = office.send("/groups/grupper/ny", "/groups/grupper/ny", form)
    roster = office.see(answer.headers["Location"])

    assert answer.status_code == 303
    assert "Leder, Kommunedirektør i vertskommunen" in roster
    assert "1. januar 2023" in roster


def test_what_is_wrong_with_a_group_stands_beside_its_field(office: Visitor) -> None:
    form = {
        "name": "",
        "kind": "club",
        "seat_kind": "open",
        "seats_per_municipality": "21",
        "established_on": "i fjor",
    }
    answer = office.send("/groups/grupper/ny", "/groups/grupper/ny", form)

    assert answer.status_code == 422
    assert errors_beside(answer.text) == {
        "name": "Må fylles ut.",
        "kind": "Velg ett av alternativene.",
        "decision_rule": "Må fylles ut.",
        "seats_per_municipality": "Må være fra og med 0 til og med 20.",
        "established_on": "Skriv datoen som dd.mm.åååå.",
    }


def test_what_is_wrong_with_a_line_stands_at_its_field(office: Visitor) -> None:
    form = {"name": "Styringsgruppe", "composition": f"Leder\n{'x' * 201}"}
    answer = office.send("/groups/grupper/ny", "/groups/grupper/ny", form)

    assert errors_beside(answer.text)["composition"] == "Må ha 1 til 200 tegn."


def test_a_rule_that_says_no_stands_on_top_and_beside_its_field(office: Visitor) -> None:
    form = {
        "name": "Skole",
        "kind": "professional_group",
        "decision_rule": "advisory",
        "seat_kind": "open",
        "seats_per_municipality": "2",
        "established_on": "2026-01-01",
    }
    answer = office.send("/groups/grupper/ny", "/groups/grupper/ny", form)
    sentence = "En gruppe med påmelding kan ikke også gi faste plasser til hver kommune."

    assert answer.status_code == 409
    assert f'id="feil-tittel">{sentence}<' in answer.text
    assert errors_beside(answer.text) == {"seats_per_municipality": sentence}
    assert 'value="Skole"' in answer.text


def test_the_office_gives_a_mandate_and_ends_a_group(office: Visitor, groups: Wire) -> None:
    page = f"/groups/grupper/{LEADERS}/endre"
    mandate = {"text": "Toppledere i kommunene.", "adopted_on": "01.01.2023"}
    given = office.send(page, f"/groups/grupper/{LEADERS}/mandat", mandate)
    ended = office.send(
        page,
        f"/groups/grupper/{LEADERS}/avslutning",
        {"archived_on": "31.12.2026", "reason": "Slått sammen"},
    )
    roster = office.see(f"/groups/grupper/{LEADERS}")

    assert (given.status_code, ended.status_code) == (303, 303)
    assert "Toppledere i kommunene." in roster
    assert "31. desember 2026" in roster


def test_a_form_that_was_opened_before_somebody_elses_change_says_so(office: Visitor) -> None:
    page, action = f"/groups/grupper/{LEADERS}/endre", f"/groups/grupper/{LEADERS}/mandat"
    mandate = {"text": "For sent.", "adopted_on": "2023-01-01", "if_match": '"v0"'}
    answer = office.send(page, action, mandate)

    assert answer.status_code == 409
    assert "Noen andre har endret dette i mellomtiden." in answer.text


def test_the_roster_is_downloaded_by_the_link_on_its_page(lyngen: Visitor) -> None:
    page = lyngen.see(f"/groups/grupper/{LEADERS}")
    address = unescape(page.split('">Last ned som CSV')[0].rsplit('href="', 1)[1])
    answer = lyngen.browser.get(address)

    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "Harstad" in answer.text


def test_the_lists_show_municipalities_in_norwegian_order_with_all_their_names(office: Visitor) -> None:
    roster = office.see(f"/groups/grupper/{LEADERS}")

    assert roster.index("Harstad") < roster.index("Lyngen")
    assert "Hárstták (5503)" in office.see(f"/groups/kommuner/{HARSTAD}")
    assert "0 av 2" in office.see("/groups/")


def test_who_has_not_signed_in_is_shown_where_to(groups_app: Flask) -> None:
    answer = Visitor(groups_app, None).browser.get("/groups/")

    assert answer.status_code == 401
    assert "/membership/logg-inn" in answer.text
