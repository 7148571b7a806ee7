"""The overview and the tab of a municipality: what they show, to whom, and as it was known earlier."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from services.membership.memberships.deadlines import Deadlines
from services.membership.memberships.policy import rules
from shared import clock
from shared.eventstore import Store
from shared.scheduling import Schedule
from shared.web.norwegian import dato
from tests.support.membership_client import Visitor
from tests.support.membership_way import Way, day, publish

pytestmark = pytest.mark.usefixtures("version_1")


def test_the_history_of_a_member_that_was_divided_says_why_membership_ended(
    office: Visitor, loppa: str, alta: str, harstad: str, store: Store
) -> None:
    Way(office, loppa).go()
    split = {"predecessor": loppa, "successors": [alta, harstad], "split_on": day(-1)}
    assert office.post("/municipality-splits", split).status_code == 201
    Schedule(store, rules(Deadlines)).write_due(clock.today())

    assert "Medlemskapet ble avsluttet: kommunen ble delt." in office.see(f"/kommuner/{loppa}/historikk")


def test_papers_that_lie_in_one_place_are_shown_once(office: Visitor, loppa: str) -> None:
    way = Way(office, loppa)
    for step in (way.invite, way.resolve, way.sign):
        step()
    case = {"archive_case": "EKS 28"}
    way.receive(agreement_document=case, resolution_document=case | {"sha256": "0" * 64})
    page = office.see(f"/kommuner/{loppa}")

    assert page.count("EKS 28") == 1
    assert f'EKS 28 <span class="hint" title="{"0" * 64}">med kontrollsum</span>' in page


def test_the_overview_shows_members_the_board_and_what_waits(
    office: Visitor, loppa: str, alta: str, harstad: str
) -> None:
    Way(office, alta).go()
    Way(office, loppa).invite()
    Way(office, harstad).resolve()
    page = office.see("/")

    assert "Hva venter på oss" in page
    assert "svarfristen gikk ut" in page
    assert "Avgift svarer ikke akkurat nå." in page
    assert "gått ut" in page
    assert "Medlemmer" in page
    assert "Kommunen ble medlem" in page
    assert "Ingen kommuner var medlem" in office.see("/?as_of=2019-01-01")


def test_the_host_is_told_to_set_its_joining_date_and_of_no_agreement_with_itself(
    office: Visitor, harstad: str
) -> None:
    Way(office, harstad).resolve()

    assert "Mangler innmeldingsdato." in office.see(f"/kommuner/{harstad}")
    assert "mangler innmeldingsdato" in office.see("/")


def test_a_municipality_sees_no_list_of_the_office(office: Visitor, from_loppa: Visitor, alta: str) -> None:
    Way(office, alta).invite()
    page = from_loppa.see("/")

    assert "Hva venter på oss" not in page
    assert "Invitert til avtalen" not in page
    assert "Din kommunes medlemskap" in page


def test_nobody_opens_the_tab_of_a_municipality_that_is_not_there(office: Visitor) -> None:
    answer = office.open("/kommuner/00000000-0000-4000-8000-000000000000")

    assert answer.status_code == 404
    assert "Kommunen finnes ikke." in answer.text


def test_the_tab_as_known_before_a_way_began_offers_no_form_of_it(office: Visitor, loppa: str) -> None:
    Way(office, loppa).go()
    page = office.see(f"/kommuner/{loppa}?known_at=2020-01-01T00:00:00Z")

    assert "resolution-correction" not in page


def test_the_tab_as_known_earlier_tells_the_steps_of_then_and_has_no_forms(
    office: Visitor, harstad: str, loppa: str, store: Store
) -> None:
    way = Way(office, loppa)
    way.invite()
    moment = store.history(key=loppa)[-1].recorded_at
    way.resolve(outcome="rejected", case_number="61/26")
    publish(office, harstad, 2)
    longer, last = {"valid_to": day(5000), "decided_by": "KDU"}, dato(day(4999))
    assert office.post("/agreements/1/extensions", longer).status_code == 201
    now = office.see(f"/kommuner/{loppa}")
    then = office.see(f"/kommuner/{loppa}?known_at={quote(moment)}")

    assert "61/26" in now
    assert "Rett vedtaket" in now
    assert last in now
    assert "Slik det var kjent" not in now
    assert "Invitert, med svarfrist" in then
    assert "61/26" not in then
    assert 'method="post" enctype' not in then
    assert "Slik det var kjent" in then
    assert "Nye steg registreres på siden slik den er nå." in then
    assert "Avtaleversjon 2" not in then
    assert last not in then


def test_the_overview_as_known_earlier_tells_nothing_that_came_later(
    office: Visitor, alta: str, store: Store
) -> None:
    way = Way(office, alta)
    way.go()
    moment = store.history(key=alta)[-1].recorded_at
    figure = {"as_of": day(0), "inhabitants": 9_876_543, "source": "SSB"}
    assert office.post(f"/municipalities/{alta}/population", figure).status_code == 201
    assert way.take("withdrawal", {"received_on": day(-1)}).status_code == 201
    now, then = office.see("/"), office.see(f"/?known_at={quote(moment)}")

    later = ("Oppsigelse mottatt", "9\N{NO-BREAK SPACE}876\N{NO-BREAK SPACE}543", "Hva venter på oss")
    assert [text in now for text in later] == [True] * 3
    assert [text in then for text in later] == [False] * 3
    assert "Kommunen ble medlem" in then
    assert "Slik det var kjent" in then
    assert 'name="known_at"' not in now
    assert f'name="known_at" value="{moment}"' in then  # another day is asked about as it was known then
    assert f"&amp;known_at={quote(moment)}" in then
