"""One example of every event that membership publishes; say only what matters, by keyword."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.membership.contract import (
    AgreementReceived,
    AgreementSigned,
    AgreementVersionExtended,
    AgreementVersionPublished,
    ContactAppointed,
    ContactErased,
    ContactId,
    ContactRemoved,
    CouncilResolved,
    DeadlineNeared,
    DeadlinePassed,
    DocumentRef,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityBoundaryAdjusted,
    MunicipalityCorrected,
    MunicipalityId,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
    Names,
    NoticeRule,
    PopulationUpdated,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    Text,
    TreatmentRegistered,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from shared.messages import Event

LYNGEN = MunicipalityId("4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424")
HARSTAD = MunicipalityId("1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402")
NEIGHBOUR = MunicipalityId("7e0a9b64-3c1d-5b55-8a44-6f2f9c875538")
CONTACT = ContactId("0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")


def municipality_registered(**facts: Any) -> MunicipalityRegistered:
    event = MunicipalityRegistered(
        municipality_id=LYNGEN,
        organisation_number="840014932",
        number="5424",
        names=Names(nb="Lyngen"),
        county_number="54",
        valid_from=date(2020, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def municipality_renumbered(**facts: Any) -> MunicipalityRenumbered:
    event = MunicipalityRenumbered(
        municipality_id=LYNGEN,
        old_number="5424",
        number="5536",
        county_number="55",
        valid_from=date(2024, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def municipality_renamed(**facts: Any) -> MunicipalityRenamed:
    event = MunicipalityRenamed(
        municipality_id=LYNGEN,
        names=Names(nb="Lyngen", se="Ivgu", fkv="Yykeä"),
        valid_from=date(2026, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def municipality_merged(**facts: Any) -> MunicipalityMerged:
    event = MunicipalityMerged(
        municipality_id=LYNGEN,
        predecessors=(LYNGEN, NEIGHBOUR),
        successor=HARSTAD,
        merged_on=date(2030, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def municipality_split(**facts: Any) -> MunicipalitySplit:
    event = MunicipalitySplit(
        municipality_id=LYNGEN,
        predecessor=LYNGEN,
        successors=(HARSTAD, NEIGHBOUR),
        split_on=date(2030, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def municipality_boundary_adjusted(**facts: Any) -> MunicipalityBoundaryAdjusted:
    event = MunicipalityBoundaryAdjusted(
        municipality_id=LYNGEN,
        giver=LYNGEN,
        receivers=(NEIGHBOUR,),
        adjusted_on=date(2026, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def municipality_corrected(**facts: Any) -> MunicipalityCorrected:
    event = MunicipalityCorrected(
        municipality_id=LYNGEN,
        fact="name_fkv",
        valid_from=date(2026, 1, 1),
        old_value="Yykeän",
        new_value="Yykeä",
        reason="Retta i Klass",
    )
    return msgspec.structs.replace(event, **facts)


def population_updated(**facts: Any) -> PopulationUpdated:
    event = PopulationUpdated(
        municipality_id=LYNGEN,
        as_of=date(2026, 1, 1),
        inhabitants=2732,
        source="SSB 07459",
        published_on=date(2026, 2, 24),
    )
    return msgspec.structs.replace(event, **facts)


def document(**facts: Any) -> DocumentRef:
    reference = DocumentRef(kind="agreement", archive_case="26/1042", journal_ref="26/1042-7")
    return msgspec.structs.replace(reference, **facts)


def agreement_version_published(**facts: Any) -> AgreementVersionPublished:
    event = AgreementVersionPublished(
        agreement_version=1,
        legal_form="vertskommunesamarbeid",
        host_municipality_id=HARSTAD,
        valid_from=date(2023, 1, 1),
        valid_to=date(2027, 1, 1),
        notice_rule=NoticeRule(months=12, takes_effect="year_end"),
        extension="Kan forlenges etter nytt vedtak.",
        checklist=("Partene", "Oppgavene", "Uttreden"),
        texts=(Text(language="nb", title="Vertskommuneavtale", body="Kommunene samarbeider."),),
        assumed=("notice_rule",),
    )
    return msgspec.structs.replace(event, **facts)


def agreement_version_extended(**facts: Any) -> AgreementVersionExtended:
    event = AgreementVersionExtended(
        agreement_version=1,
        old_valid_to=date(2027, 1, 1),
        valid_to=date(2028, 1, 1),
        decided_by="Styringsgruppa",
    )
    return msgspec.structs.replace(event, **facts)


def municipality_invited(**facts: Any) -> MunicipalityInvited:
    event = MunicipalityInvited(
        municipality_id=LYNGEN,
        agreement_version=1,
        round=1,
        invited_on=date(2022, 6, 1),
        reply_by=date(2022, 11, 1),
    )
    return msgspec.structs.replace(event, **facts)


def treatment_registered(**facts: Any) -> TreatmentRegistered:
    event = TreatmentRegistered(
        municipality_id=LYNGEN,
        agreement_version=1,
        treatment_id="b2f9c2a4-7c0e-5f6f-9f53-4f6b8f1f0001",
        body="Formannskapet",
        treated_on=date(2022, 9, 12),
        case_number="44/22",
        archive_case="22/310",
        outcome="recommended",
    )
    return msgspec.structs.replace(event, **facts)


def council_resolved(**facts: Any) -> CouncilResolved:
    event = CouncilResolved(
        municipality_id=LYNGEN,
        agreement_version=1,
        body="Kommunestyret",
        resolved_on=date(2022, 10, 4),
        case_number="61/22",
        archive_case="22/310",
        outcome="approved",
    )
    return msgspec.structs.replace(event, **facts)


def resolution_conditions_settled(**facts: Any) -> ResolutionConditionsSettled:
    event = ResolutionConditionsSettled(
        municipality_id=LYNGEN,
        agreement_version=1,
        settled_on=date(2022, 10, 20),
        manner="accepted_by_host",
    )
    return msgspec.structs.replace(event, **facts)


def resolution_corrected(**facts: Any) -> ResolutionCorrected:
    event = ResolutionCorrected(
        municipality_id=LYNGEN,
        agreement_version=1,
        old_resolved_on=date(2022, 10, 4),
        resolved_on=date(2022, 10, 5),
        old_case_number="61/22",
        case_number="62/22",
        reason="Feil møte",
    )
    return msgspec.structs.replace(event, **facts)


def agreement_signed(**facts: Any) -> AgreementSigned:
    event = AgreementSigned(
        municipality_id=LYNGEN,
        agreement_version=1,
        signed_on=date(2022, 11, 7),
        signatory_role="Kommunedirektør",
        contact_id=CONTACT,
        method="paper",
        document=document(),
    )
    return msgspec.structs.replace(event, **facts)


def agreement_received(**facts: Any) -> AgreementReceived:
    event = AgreementReceived(
        municipality_id=LYNGEN,
        agreement_version=1,
        received_on=date(2022, 11, 21),
        agreement_document=document(),
        resolution_document=document(kind="resolution", journal_ref="26/1042-8"),
    )
    return msgspec.structs.replace(event, **facts)


def joining_date_set(**facts: Any) -> JoiningDateSet:
    event = JoiningDateSet(municipality_id=LYNGEN, agreement_version=1, member_from=date(2023, 1, 1))
    return msgspec.structs.replace(event, **facts)


def municipality_joined(**facts: Any) -> MunicipalityJoined:
    event = MunicipalityJoined(municipality_id=LYNGEN, agreement_version=1, member_from=date(2023, 1, 1))
    return msgspec.structs.replace(event, **facts)


def joining_date_corrected(**facts: Any) -> JoiningDateCorrected:
    event = JoiningDateCorrected(
        municipality_id=LYNGEN,
        agreement_version=1,
        old_member_from=date(2023, 1, 1),
        member_from=date(2023, 2, 1),
        reason="Vedtaket gjaldt fra februar",
    )
    return msgspec.structs.replace(event, **facts)


def joining_date_cancelled(**facts: Any) -> JoiningDateCancelled:
    event = JoiningDateCancelled(
        municipality_id=LYNGEN,
        agreement_version=1,
        old_member_from=date(2023, 9, 1),
        cancelled_on=date(2023, 6, 1),
        reason="Kommunestyret gjorde om vedtaket",
    )
    return msgspec.structs.replace(event, **facts)


def withdrawal_notice_received(**facts: Any) -> WithdrawalNoticeReceived:
    event = WithdrawalNoticeReceived(
        municipality_id=LYNGEN,
        agreement_version=1,
        received_on=date(2025, 3, 3),
        computed_ends_on=date(2027, 1, 1),
        ends_on=date(2027, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def withdrawal_cancelled(**facts: Any) -> WithdrawalCancelled:
    event = WithdrawalCancelled(
        municipality_id=LYNGEN,
        agreement_version=1,
        cancelled_on=date(2025, 9, 1),
        reason="Nytt vedtak i kommunestyret",
    )
    return msgspec.structs.replace(event, **facts)


def municipality_left(**facts: Any) -> MunicipalityLeft:
    event = MunicipalityLeft(
        municipality_id=LYNGEN, agreement_version=1, left_on=date(2027, 1, 1), cause="withdrawal"
    )
    return msgspec.structs.replace(event, **facts)


def leaving_date_corrected(**facts: Any) -> LeavingDateCorrected:
    event = LeavingDateCorrected(
        municipality_id=LYNGEN,
        agreement_version=1,
        old_left_on=date(2027, 1, 1),
        left_on=date(2027, 7, 1),
        reason="Etter avtale med vertskommunen",
    )
    return msgspec.structs.replace(event, **facts)


def deadline_neared(**facts: Any) -> DeadlineNeared:
    event = DeadlineNeared(
        municipality_id=LYNGEN,
        agreement_version=1,
        rule="reply",
        deadline=date(2022, 11, 1),
        days_left=30,
    )
    return msgspec.structs.replace(event, **facts)


def deadline_passed(**facts: Any) -> DeadlinePassed:
    event = DeadlinePassed(
        municipality_id=LYNGEN, agreement_version=1, rule="reply", deadline=date(2022, 11, 1)
    )
    return msgspec.structs.replace(event, **facts)


def contact_appointed(**facts: Any) -> ContactAppointed:
    event = ContactAppointed(
        municipality_id=LYNGEN,
        contact_id=CONTACT,
        role="director",
        group_id=None,
        valid_from=date(2023, 1, 1),
    )
    return msgspec.structs.replace(event, **facts)


def contact_removed(**facts: Any) -> ContactRemoved:
    event = ContactRemoved(
        municipality_id=LYNGEN,
        contact_id=CONTACT,
        role="director",
        group_id=None,
        valid_to=date(2024, 7, 1),
    )
    return msgspec.structs.replace(event, **facts)


def contact_erased(**facts: Any) -> ContactErased:
    event = ContactErased(municipality_id=LYNGEN, contact_id=CONTACT)
    return msgspec.structs.replace(event, **facts)


def examples() -> tuple[Event, ...]:
    """One example of every event of the contract, in its order."""
    return (
        municipality_registered(),
        municipality_renumbered(),
        municipality_renamed(),
        municipality_merged(),
        municipality_split(),
        municipality_boundary_adjusted(),
        municipality_corrected(),
        population_updated(),
        agreement_version_published(),
        agreement_version_extended(),
        municipality_invited(),
        treatment_registered(),
        council_resolved(),
        resolution_conditions_settled(),
        resolution_corrected(),
        agreement_signed(),
        agreement_received(),
        joining_date_set(),
        municipality_joined(),
        joining_date_corrected(),
        joining_date_cancelled(),
        withdrawal_notice_received(),
        withdrawal_cancelled(),
        municipality_left(),
        leaving_date_corrected(),
        deadline_neared(),
        deadline_passed(),
        contact_appointed(),
        contact_removed(),
        contact_erased(),
    )
