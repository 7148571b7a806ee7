"""A municipality's way through one version of the agreement, into membership and out of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.membership.contract.contacts import ContactId
from services.membership.contract.identity import MunicipalityId
from shared.messages import Event, Value


class DocumentRef(Value, frozen=True, kw_only=True):
    """A document in the archive. Its bytes are never kept here, only their SHA-256 (hex)."""

    kind: Literal["agreement", "resolution", "treatment", "withdrawal", "other"]
    archive_case: str
    journal_ref: str | None = None
    sha256: str | None = None
    access: Literal["open", "restricted"] = "open"


class MunicipalityInvited(Event, frozen=True, kw_only=True):
    """The office asks the municipality to decide on a version. `round` counts from 1."""

    happened = "invited_on"

    municipality_id: MunicipalityId
    agreement_version: int
    round: int
    invited_on: date
    reply_by: date


class TreatmentRegistered(Event, frozen=True, kw_only=True):
    """A named body treats, or will treat, the case; only the council's own word decides."""

    happened = "treated_on"

    municipality_id: MunicipalityId
    agreement_version: int
    treatment_id: str
    body: str
    treated_on: date
    case_number: str
    archive_case: str | None
    outcome: Literal["planned", "recommended", "not_recommended", "sent_back", "noted"]
    document: DocumentRef | None = None


class CouncilResolved(Event, frozen=True, kw_only=True):
    """The deciding body has decided. `conditions` are texts, empty unless there are any."""

    happened = "resolved_on"

    municipality_id: MunicipalityId
    agreement_version: int
    body: str
    resolved_on: date
    case_number: str
    archive_case: str | None
    outcome: Literal["approved", "approved_with_conditions", "deferred", "rejected"]
    conditions: tuple[str, ...] = ()
    document: DocumentRef | None = None


class ResolutionConditionsSettled(Event, frozen=True, kw_only=True):
    """The council's conditions are met, or the host accepts them as they stand."""

    happened = "settled_on"

    municipality_id: MunicipalityId
    agreement_version: int
    settled_on: date
    manner: Literal["met", "accepted_by_host"]
    archive_case: str | None = None


class ResolutionCorrected(Event, frozen=True, kw_only=True):
    """Date or case number of the resolution were recorded wrongly."""

    happened = "resolved_on"

    municipality_id: MunicipalityId
    agreement_version: int
    old_resolved_on: date
    resolved_on: date
    old_case_number: str
    case_number: str
    reason: str


class AgreementSigned(Event, frozen=True, kw_only=True):
    """The municipality has signed. The signatory is a role and perhaps a contact."""

    happened = "signed_on"

    municipality_id: MunicipalityId
    agreement_version: int
    signed_on: date
    signatory_role: str
    contact_id: ContactId | None
    method: Literal["paper", "electronic"]
    document: DocumentRef | None


class AgreementReceived(Event, frozen=True, kw_only=True):
    """The host holds the signed agreement and a copy of the resolution."""

    happened = "received_on"

    municipality_id: MunicipalityId
    agreement_version: int
    received_on: date
    agreement_document: DocumentRef
    resolution_document: DocumentRef


class JoiningDateSet(Event, frozen=True, kw_only=True):
    """The office has set from which date the municipality is a member; it may lie ahead."""

    municipality_id: MunicipalityId
    agreement_version: int
    member_from: date


class MunicipalityJoined(Event, frozen=True, kw_only=True):
    """Membership under this version has begun. The host joins by its own resolution."""

    happened = "member_from"

    municipality_id: MunicipalityId
    agreement_version: int
    member_from: date
    host: bool = False


class JoiningDateCorrected(Event, frozen=True, kw_only=True):
    """Membership under this version begins, or began, on another date than recorded."""

    happened = "member_from"

    municipality_id: MunicipalityId
    agreement_version: int
    old_member_from: date
    member_from: date
    reason: str


class JoiningDateCancelled(Event, frozen=True, kw_only=True):
    """The municipality does not join after all: the joining date, which lay ahead, is taken back."""

    happened = "cancelled_on"

    municipality_id: MunicipalityId
    agreement_version: int
    old_member_from: date
    cancelled_on: date
    reason: str


class WithdrawalNoticeReceived(Event, frozen=True, kw_only=True):
    """The municipality will leave: `ends_on` is the first day without membership.

    `computed_ends_on` is what the version's notice rule gives; where `ends_on` differs,
    `reason` says why.
    """

    happened = "received_on"

    municipality_id: MunicipalityId
    agreement_version: int
    received_on: date
    computed_ends_on: date
    ends_on: date
    reason: str | None = None
    document: DocumentRef | None = None


class WithdrawalCancelled(Event, frozen=True, kw_only=True):
    """The notice was taken back before it took effect; membership goes on."""

    happened = "cancelled_on"

    municipality_id: MunicipalityId
    agreement_version: int
    cancelled_on: date
    reason: str


class MunicipalityLeft(Event, frozen=True, kw_only=True):
    """Membership under this version has ended; `left_on` is the first day without it."""

    happened = "left_on"

    municipality_id: MunicipalityId
    agreement_version: int
    left_on: date
    cause: Literal["withdrawal", "version_ended", "merged", "split"]


class LeavingDateCorrected(Event, frozen=True, kw_only=True):
    """Membership under this version ends, or ended, on another date than recorded."""

    happened = "left_on"

    municipality_id: MunicipalityId
    agreement_version: int
    old_left_on: date
    left_on: date
    reason: str


class DeadlineNeared(Event, frozen=True, kw_only=True):
    """`days_left` days remain until `deadline`; `rule` says of what (`reply`, `expiry`)."""

    municipality_id: MunicipalityId
    agreement_version: int
    rule: Literal["reply", "expiry"]
    deadline: date
    days_left: int


class DeadlinePassed(Event, frozen=True, kw_only=True):
    """`deadline` is over and what it asked for has not come. Nothing ends by itself."""

    happened = "deadline"

    municipality_id: MunicipalityId
    agreement_version: int
    rule: Literal["reply", "expiry"]
    deadline: date
