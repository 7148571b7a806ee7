"""The forms of the steps on the tab of a municipality: filled in, with their papers, or refused."""

from __future__ import annotations

import hashlib
import html
import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.eventstore import Store
from shared.web import limits
from tests.support.membership_client import Visitor
from tests.support.membership_way import Way, day

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
