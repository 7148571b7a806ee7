"""Commands about one municipality's way through version 1; say only what matters, by keyword."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.membership.contract import NoticeRule
from services.membership.memberships.domain.commands import (
    BeginMembership,
    CancelJoiningDate,
    CancelWithdrawal,
    CorrectJoiningDate,
    CorrectLeavingDate,
    CorrectResolution,
    EndMembership,
    EndMembershipBecause,
    Facts,
    FollowSuccessor,
    GiveNotice,
    InviteMunicipality,
    NoteDeadlineNear,
    NoteDeadlinePassed,
    OtherMembership,
    ReceiveAgreement,
    RecordResolution,
    RegisterTreatment,
    SetJoiningDate,
    SettleConditions,
    SignAgreement,
)
from tests.support.examples.membership import CONTACT, HARSTAD, LYNGEN, document

TODAY = date(2023, 6, 1)

FACTS = Facts(
    host_municipality_id=HARSTAD,
    valid_from=date(2023, 1, 1),
    valid_to=date(2027, 1, 1),
    notice_rule=NoticeRule(months=12, takes_effect="year_end"),
)

_ABOUT: dict[str, Any] = {
    "municipality_id": LYNGEN,
    "agreement_version": 1,
    "facts": FACTS,
    "today": TODAY,
}


def invite(**asked: Any) -> InviteMunicipality:
    given = {"invited_on": date(2022, 6, 1), "reply_by": date(2022, 11, 1)}
    return InviteMunicipality(**_ABOUT | given | asked)


def treat(**asked: Any) -> RegisterTreatment:
    given = {
        "treatment_id": "b2f9c2a4-7c0e-5f6f-9f53-4f6b8f1f0001",
        "body": "Formannskapet",
        "treated_on": date(2022, 9, 12),
        "case_number": "44/22",
        "archive_case": "22/310",
        "outcome": "recommended",
    }
    return RegisterTreatment(**_ABOUT | given | asked)


def resolve(**asked: Any) -> RecordResolution:
    given = {
        "body": "Kommunestyret",
        "resolved_on": date(2022, 10, 4),
        "case_number": "61/22",
        "archive_case": "22/310",
        "outcome": "approved",
    }
    return RecordResolution(**_ABOUT | given | asked)


def settle(**asked: Any) -> SettleConditions:
    given = {"settled_on": date(2022, 10, 20), "manner": "accepted_by_host"}
    return SettleConditions(**_ABOUT | given | asked)


def correct_resolution(**asked: Any) -> CorrectResolution:
    given = {"resolved_on": date(2022, 10, 5), "case_number": "62/22", "reason": "Feil møte"}
    return CorrectResolution(**_ABOUT | given | asked)


def sign(**asked: Any) -> SignAgreement:
    given = {
        "signed_on": date(2022, 11, 7),
        "signatory_role": "Kommunedirektør",
        "contact_id": CONTACT,
        "method": "paper",
        "document": document(),
    }
    return SignAgreement(**_ABOUT | given | asked)


def receive(**asked: Any) -> ReceiveAgreement:
    given = {
        "received_on": date(2022, 11, 21),
        "agreement_document": document(),
        "resolution_document": document(kind="resolution", journal_ref="26/1042-8"),
    }
    return ReceiveAgreement(**_ABOUT | given | asked)


def set_joining_date(**asked: Any) -> SetJoiningDate:
    return SetJoiningDate(**_ABOUT | {"member_from": date(2023, 1, 1)} | asked)


def begin(**asked: Any) -> BeginMembership:
    return BeginMembership(**_ABOUT | asked)


def correct_joining_date(**asked: Any) -> CorrectJoiningDate:
    given = {"member_from": date(2023, 2, 1), "reason": "Vedtaket gjaldt fra februar"}
    return CorrectJoiningDate(**_ABOUT | given | asked)


def cancel_joining_date(**asked: Any) -> CancelJoiningDate:
    given = {"cancelled_on": TODAY, "reason": "Kommunestyret gjorde om vedtaket"}
    return CancelJoiningDate(**_ABOUT | given | asked)


def give_notice(**asked: Any) -> GiveNotice:
    given = {"received_on": date(2025, 3, 3), "today": date(2025, 3, 4)}
    return GiveNotice(**_ABOUT | given | asked)


def cancel(**asked: Any) -> CancelWithdrawal:
    given = {
        "cancelled_on": date(2025, 9, 1),
        "reason": "Nytt vedtak i kommunestyret",
        "today": date(2025, 9, 1),
    }
    return CancelWithdrawal(**_ABOUT | given | asked)


def end(**asked: Any) -> EndMembership:
    return EndMembership(**_ABOUT | asked)


def end_because(**asked: Any) -> EndMembershipBecause:
    given = {"left_on": date(2027, 1, 1), "cause": "version_ended", "today": date(2027, 1, 1)}
    return EndMembershipBecause(**_ABOUT | given | asked)


def follow(**asked: Any) -> FollowSuccessor:
    given = {
        "old_left_on": date(2027, 1, 1),
        "left_on": date(2027, 7, 1),
        "reason": "Feil i brevet",
        "today": date(2027, 8, 1),
    }
    return FollowSuccessor(**_ABOUT | given | asked)


def correct_leaving_date(**asked: Any) -> CorrectLeavingDate:
    given = {
        "left_on": date(2027, 7, 1),
        "reason": "Etter avtale med vertskommunen",
        "today": date(2025, 9, 1),
    }
    return CorrectLeavingDate(**_ABOUT | given | asked)


def note_near(**asked: Any) -> NoteDeadlineNear:
    given = {"rule": "reply", "deadline": date(2022, 11, 1), "days_left": 30}
    return NoteDeadlineNear(**_ABOUT | given | asked)


def note_passed(**asked: Any) -> NoteDeadlinePassed:
    return NoteDeadlinePassed(**_ABOUT | {"rule": "reply", "deadline": date(2022, 11, 1)} | asked)


def named(standing: OtherMembership) -> dict[str, Any]:
    """How a refused joining date tells of the membership that stands in the way."""
    return {
        "field": "member_from",
        "agreement_version": standing.agreement_version,
        "start": str(standing.start),
        "end": str(standing.end) if standing.end else None,
    }
