from __future__ import annotations

import hashlib
import html
import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from services.membership.memberships.deadlines import Deadlines
from services.membership.memberships.policy import rules
from shared import clock
from shared.eventstore import Store
from shared.scheduling import Schedule
from shared.web import limits
from shared.web.norwegian import dato
from tests.support.membership_client import Visitor
from tests.support.membership_way import Way, day, publish

pytestmark = pytest.mark.usefixtures("version_1")


def send(
    visitor: Visitor, municipality_id: str, step: str, form: dict[str, Any], page: str | None = None
) -> TestResponse:
    """Fill in the form of a step as it stands on the page."""
    page = page or visitor.see(f"/kommuner/{municipality_id}")
    path = f"/kommuner/{municipality_id}/avtaler/1/{step}"
    found = re.search(rf'<form[^>]*action="/membership{path}">.*?</form>', page, re.DOTALL)
    assert found, f"The page has no form for {step}."
    version = re.search(r'name="if_match" value="([^"]*)"', found.group())
    known = {"if_match": html.unescape(version.group(1))} if version else {}
    return visitor.send(path, known | form, found.group())


def test_the_office_takes_a_municipality_the_whole_way_by_forms(office: Visitor, loppa: str) -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("invitation", {"invited_on": day(-100), "reply_by": day(-10)}),
        (
            "treatments",
            {
                "body": "Formannskapet",
                "treated_on": day(-70),
                "case_number": "44/26",
                "outcome": "recommended",
            },
        ),
        (
            "resolution",
            {
                "body": "Kommunestyret",
                "resolved_on": day(-60),
                "case_number": "61/26",
                "outcome": "approved_with_conditions",
                "conditions": "Utgiften dekkes",
            },
        ),
        ("conditions-settlement", {"settled_on": day(-55), "manner": "met"}),
        ("signature", {"signed_on": day(-50), "signatory_role": "Kommunedirektør", "method": "paper"}),
        (
            "receipt",
            {
                "received_on": day(-40),
                "agreement_document_case": "26/1042",
                "resolution_document_case": "26/1042",
            },
        ),
        ("joining-date", {"member_from": day(30)}),
        ("joining-date-cancellation", {"cancelled_on": day(0), "reason": "Nytt budsjett"}),
        ("joining-date", {"member_from": day(-30)}),
        ("joining-date-correction", {"member_from": day(-29), "reason": "Feil dag"}),
        ("withdrawal", {"received_on": day(-1)}),
        ("withdrawal-cancellation", {"cancelled_on": day(0), "reason": "Nytt vedtak"}),
        ("withdrawal", {"received_on": day(0), "ends_on": day(0), "reason": "Avtalt"}),
        ("leaving-date-correction", {"left_on": day(-1), "reason": "Feil dag"}),
        ("invitation", {"invited_on": day(0), "reply_by": day(50)}),
    ]
    for step, form in steps:
        answer = send(office, loppa, step, form)
        assert answer.status_code == 303, (step, answer.text)

    page = office.see(f"/kommuner/{loppa}")
    assert "Invitert (runde 2)" in page


def test_a_joining_taken_back_stands_among_the_steps_with_its_reason(office: Visitor, loppa: str) -> None:
    Way(office, loppa).go(30)
    send(office, loppa, "joining-date-cancellation", {"cancelled_on": day(0), "reason": "Nytt budsjett"})
    page = office.see(f"/kommuner/{loppa}")

    assert "Innmelding trukket" in page
    assert "er trukket: Nytt budsjett" in page
    assert "Sett innmeldingsdato" in page
    assert "Inviter kommunen" in page
    assert "Innmelding trukket" in office.see("/")


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


def test_the_hash_is_computed_from_a_file_that_is_not_kept(office: Visitor, loppa: str, store: Store) -> None:
    way = Way(office, loppa)
    way.invite()
    way.resolve()
    content = b"%PDF-1.7 avtale" * 26_000  # more than a form without a file may hold
    form = {
        "signed_on": day(-50),
        "signatory_role": "Kommunedirektør",
        "method": "electronic",
        "document_case": "26/1042",
        "document_file": (io.BytesIO(content), "avtale.pdf"),
    }
    answer = send(office, loppa, "signature", form)
    assert answer.status_code == 303, answer.text
    signed = store.history(key=loppa)[-1].event

    assert signed.document.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_that_is_far_too_big_is_refused(
    office: Visitor, loppa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE_FORM", 300_000)
    way = Way(office, loppa)
    way.invite()
    way.resolve()
    form = {"document_case": "26/1042", "document_file": (io.BytesIO(bytes(400_000)), "avtale.pdf")}

    assert send(office, loppa, "signature", form).status_code == 413


def test_a_file_without_its_archive_case_is_said_beside_the_field(office: Visitor, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    way.resolve()
    form = {
        "signed_on": day(-50),
        "signatory_role": "Kommunedirektør",
        "method": "paper",
        "document_journal": "26/1042-7",
    }
    answer = send(office, loppa, "signature", form)

    assert answer.status_code == 422
    assert "Skriv arkivsaken dokumentet ligger i." in answer.text


def test_a_refusal_stands_at_its_form_in_norwegian(office: Visitor, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    way.resolve()
    early = {"signed_on": day(-61), "signatory_role": "Kommunedirektør", "method": "paper"}
    answer = send(office, loppa, "signature", early)

    assert answer.status_code == 409
    assert "Datoen er tidligere enn det den bygger på." in answer.text
    assert f'value="{day(-61)}"' in answer.text


def test_a_form_that_is_out_of_date_is_a_conflict(office: Visitor, loppa: str) -> None:
    way = Way(office, loppa)
    way.invite()
    page = office.see(f"/kommuner/{loppa}")
    way.treat()
    form = {"body": "K", "resolved_on": day(-60), "case_number": "1/26", "outcome": "approved"}
    answer = send(office, loppa, "resolution", form, page)

    assert answer.status_code == 409
    assert "Noen andre har endret dette" in answer.text


def test_a_municipality_has_the_forms_of_its_own_steps(
    office: Visitor, from_loppa: Visitor, from_alta: Visitor, loppa: str
) -> None:
    Way(office, loppa).invite()
    resolution = {
        "body": "Kommunestyret",
        "resolved_on": day(-60),
        "case_number": "61/26",
        "outcome": "approved",
    }
    assert send(from_loppa, loppa, "resolution", resolution).status_code == 303
    own, others = from_loppa.see(f"/kommuner/{loppa}"), from_alta.see(f"/kommuner/{loppa}")

    assert "Registrer signaturen" in own
    assert "Inviter kommunen" not in own
    assert "61/26" not in others
    assert "Kommunen er ikke medlem." in others


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
    assert f"&amp;known_at={quote(moment)}" in then
