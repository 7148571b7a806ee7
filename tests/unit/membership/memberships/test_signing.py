from __future__ import annotations

from datetime import date

import pytest

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.refusals import (
    AlreadyReceived,
    AlreadySigned,
    DateAhead,
    DatesOutOfOrder,
    HostHasNoAgreement,
    PapersMissing,
    ResolutionMissing,
    SignatureMissing,
)
from tests.support.examples.membership import (
    HARSTAD,
    agreement_received,
    agreement_signed,
    council_resolved,
    municipality_invited,
)
from tests.support.given_when_then import Scenario
from tests.support.membership_commands import (
    receive,
    sign,
)

given = Scenario(memberships).given

invited = municipality_invited()
approved = council_resolved()
conditional = council_resolved(outcome="approved_with_conditions", conditions=("Utgiften dekkes",))
signed = agreement_signed()
received = agreement_received()
ready = (invited, approved, signed, received)


def test_a_municipality_signs_after_its_approval() -> None:
    given(invited, approved).when(sign()).then(signed)


def test_signing_without_a_resolution_is_refused() -> None:
    given(invited).when(sign()).then_refused(ResolutionMissing, missing=["resolution"], outcome=None)
    assert ResolutionMissing.code == "resolution-missing"


@pytest.mark.parametrize("outcome", ["deferred", "rejected"])
def test_signing_without_an_approval_is_refused(outcome: str) -> None:
    given(invited, council_resolved(outcome=outcome)).when(sign()).then_refused(
        ResolutionMissing, missing=["resolution"], outcome=outcome
    )


def test_an_approval_of_an_earlier_round_does_not_carry_a_signature() -> None:
    again = municipality_invited(round=2)

    given(invited, approved, again).when(sign()).then_refused(
        ResolutionMissing, missing=["resolution"], outcome=None
    )


def test_conditions_do_not_hinder_the_signature() -> None:
    given(invited, conditional).when(sign()).then(signed)


def test_signing_again_changes_nothing_and_otherwise_is_refused() -> None:
    given(invited, approved, signed).when(sign()).then_nothing()
    given(invited, approved, signed).when(sign(method="electronic")).then_refused(
        AlreadySigned, signed_on="2022-11-07"
    )


def test_a_signature_is_dated_between_the_resolution_and_today() -> None:
    given(invited, approved).when(sign(signed_on=date(2022, 10, 3))).then_refused(
        DatesOutOfOrder, field="signed_on", earliest="2022-10-04", rests_on="the resolution"
    )
    given(invited, approved).when(sign(today=date(2022, 11, 6))).then_refused(
        DateAhead, field="signed_on", latest="2022-11-06"
    )


def test_the_host_signs_and_receives_nothing() -> None:
    given(approved).when(sign(municipality_id=HARSTAD)).then_refused(HostHasNoAgreement)
    given(approved).when(receive(municipality_id=HARSTAD)).then_refused(HostHasNoAgreement)


def test_the_host_receives_the_papers() -> None:
    given(invited, approved, signed).when(receive()).then(received)


def test_papers_are_received_after_the_signature() -> None:
    given(invited, approved).when(receive()).then_refused(SignatureMissing, missing=["signature"])
    given(invited, approved, signed).when(receive(received_on=date(2022, 11, 6))).then_refused(
        DatesOutOfOrder, field="received_on", earliest="2022-11-07", rests_on="the signature"
    )
    given(invited, approved, signed).when(receive(today=date(2022, 11, 20))).then_refused(
        DateAhead, field="received_on", latest="2022-11-20"
    )


def test_receipt_asks_for_agreement_and_copy_of_the_resolution() -> None:
    given(invited, approved, signed).when(receive(resolution_document=None)).then_refused(
        PapersMissing, missing=["resolution_document"], field="resolution_document"
    )
    given(invited, approved, signed).when(receive(agreement_document=None)).then_refused(
        PapersMissing, missing=["agreement_document"], field="agreement_document"
    )


def test_receiving_again_changes_nothing_and_otherwise_is_refused() -> None:
    given(*ready).when(receive()).then_nothing()
    given(*ready).when(receive(received_on=date(2022, 11, 22))).then_refused(
        AlreadyReceived, received_on="2022-11-21"
    )
