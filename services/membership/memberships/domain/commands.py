"""What can be asked about a municipality's way through one version of the agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.membership.contract import ContactId, DocumentRef, MunicipalityId, NoticeRule


@dataclass(frozen=True, kw_only=True)
class OtherMembership:
    """The same municipality's membership under another version; `end` None while it is open.

    `gave_way`: it ended for no other reason than that a later version took over.
    """

    agreement_version: int
    start: date
    end: date | None
    gave_way: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a decision must know that stands elsewhere; fetched by `handlers.facts`.

    The validity of the version is half-open. `ceased_on` is the day from which the
    municipality is no more (merged or split).
    """

    host_municipality_id: MunicipalityId
    valid_from: date
    valid_to: date | None
    notice_rule: NoticeRule
    others: tuple[OtherMembership, ...] = ()
    ceased_on: date | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the municipality is still there on that day."""
        return self.ceased_on is None or day < self.ceased_on


@dataclass(frozen=True, kw_only=True)
class About:
    """Whose way through which version, on which day it is asked (a date in Norway)."""

    municipality_id: MunicipalityId
    agreement_version: int
    facts: Facts
    today: date

    @property
    def host(self) -> bool:
        """Whether the municipality is the host of this version."""
        return self.municipality_id == self.facts.host_municipality_id


@dataclass(frozen=True, kw_only=True)
class InviteMunicipality(About):
    """Ask the council to decide on the version, at the latest on `reply_by`."""

    invited_on: date
    reply_by: date


@dataclass(frozen=True, kw_only=True)
class RegisterTreatment(About):
    """A named body treats, or will treat, the case. A known `treatment_id` is brought up to date."""

    treatment_id: str
    body: str
    treated_on: date
    case_number: str
    archive_case: str | None
    outcome: Literal["planned", "recommended", "not_recommended", "sent_back", "noted"]
    document: DocumentRef | None = None


@dataclass(frozen=True, kw_only=True)
class RecordResolution(About):
    """The deciding body has decided on this version."""

    body: str
    resolved_on: date
    case_number: str
    archive_case: str | None
    outcome: Literal["approved", "approved_with_conditions", "deferred", "rejected"]
    conditions: tuple[str, ...] = ()
    document: DocumentRef | None = None


@dataclass(frozen=True, kw_only=True)
class SettleConditions(About):
    """The council's conditions are met, or the host accepts them as they stand."""

    settled_on: date
    manner: Literal["met", "accepted_by_host"]
    archive_case: str | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectResolution(About):
    """Date or case number of the resolution were recorded wrongly."""

    resolved_on: date
    case_number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SignAgreement(About):
    """The municipality has signed; the signatory is a role and perhaps a contact."""

    signed_on: date
    signatory_role: str
    contact_id: ContactId | None
    method: Literal["paper", "electronic"]
    document: DocumentRef | None


@dataclass(frozen=True, kw_only=True)
class ReceiveAgreement(About):
    """The host holds the papers; a missing one is None and named in the refusal."""

    received_on: date
    agreement_document: DocumentRef | None
    resolution_document: DocumentRef | None


@dataclass(frozen=True, kw_only=True)
class SetJoiningDate(About):
    """The municipality shall be a member from `member_from`, which may lie ahead."""

    member_from: date


@dataclass(frozen=True, kw_only=True)
class BeginMembership(About):
    """The schedule asks: has the joining date come?"""


@dataclass(frozen=True, kw_only=True)
class CorrectJoiningDate(About):
    """Membership begins, or began, on another date than recorded."""

    member_from: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class CancelJoiningDate(About):
    """The municipality does not join after all."""

    cancelled_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class GiveNotice(About):
    """The municipality will leave; without `ends_on` the date follows from the notice rule."""

    received_on: date
    ends_on: date | None = None
    reason: str | None = None
    document: DocumentRef | None = None


@dataclass(frozen=True, kw_only=True)
class CancelWithdrawal(About):
    """The notice is taken back before it takes effect."""

    cancelled_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class EndMembership(About):
    """The schedule asks: has the date of the notice come?"""


@dataclass(frozen=True, kw_only=True)
class EndMembershipBecause(About):
    """Something else than a notice ends the membership from `left_on` on."""

    left_on: date
    cause: Literal["version_ended", "merged", "split"]


@dataclass(frozen=True, kw_only=True)
class FollowSuccessor(About):
    """The version that took over on `old_left_on` begins, or began, on `left_on` instead."""

    old_left_on: date
    left_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectLeavingDate(About):
    """Membership ends, or ended, on another date than recorded."""

    left_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class NoteDeadlineNear(About):
    """The schedule says that `days_left` days remain until `deadline`."""

    rule: Literal["reply", "expiry"]
    deadline: date
    days_left: int


@dataclass(frozen=True, kw_only=True)
class NoteDeadlinePassed(About):
    """The schedule says that `deadline` is over."""

    rule: Literal["reply", "expiry"]
    deadline: date


Command = (
    InviteMunicipality
    | RegisterTreatment
    | RecordResolution
    | SettleConditions
    | CorrectResolution
    | SignAgreement
    | ReceiveAgreement
    | SetJoiningDate
    | BeginMembership
    | CorrectJoiningDate
    | CancelJoiningDate
    | GiveNotice
    | CancelWithdrawal
    | EndMembership
    | EndMembershipBecause
    | FollowSuccessor
    | CorrectLeavingDate
    | NoteDeadlineNear
    | NoteDeadlinePassed
)
