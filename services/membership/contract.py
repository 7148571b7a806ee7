"""The published events of membership, and all that other services may import of it.

Dates are Norwegian dates; an interval ends on its first day outside (half-open). No event
carries personal data: a person is a `contact_id` and a role.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NewType

from shared.messages import Event, Value

SERVICE = "membership"
TOPIC = "membership.events"

MunicipalityId = NewType("MunicipalityId", str)
"""Our own UUID of a municipality; numbers and names are dated facts about it."""

ContactId = NewType("ContactId", str)
"""Names a row of the one table of persons in membership; the person can be erased there."""

ContactRole = Literal["director", "digital_lead", "invoice", "archive", "group"]


class Names(Value, frozen=True, kw_only=True):
    """The official names: Norwegian, Northern Sami and Kven; None where there is none."""

    nb: str
    se: str | None = None
    fkv: str | None = None


class DocumentRef(Value, frozen=True, kw_only=True):
    """A document in the archive. Its bytes are never kept here, only their SHA-256 (hex)."""

    kind: Literal["agreement", "resolution", "treatment", "withdrawal", "other"]
    archive_case: str
    journal_ref: str | None = None
    sha256: str | None = None
    access: Literal["open", "restricted"] = "open"


class NoticeRule(Value, frozen=True, kw_only=True):
    """How a withdrawal's end date follows from the day the notice came in."""

    months: int
    takes_effect: Literal["any_date", "year_end"]


class Text(Value, frozen=True, kw_only=True):
    """A title and body in one language, as the council papers quote them."""

    language: Literal["nb", "nn"]
    title: str
    body: str


# --- identity -------------------------------------------------------------------------


class MunicipalityRegistered(Event, frozen=True, kw_only=True):
    """A municipality is known to the network from `valid_from`, with its first number.

    `organisation_number` and `number` are empty for an invented municipality.
    """

    happened = "valid_from"

    municipality_id: MunicipalityId
    organisation_number: str | None
    number: str | None
    names: Names
    county_number: str | None
    valid_from: date
    invented: bool = False


class MunicipalityRenumbered(Event, frozen=True, kw_only=True):
    """The municipality carries another number from `valid_from`; identity is unchanged."""

    happened = "valid_from"

    municipality_id: MunicipalityId
    old_number: str
    number: str
    county_number: str
    valid_from: date


class MunicipalityRenamed(Event, frozen=True, kw_only=True):
    """All official names from `valid_from` on."""

    happened = "valid_from"

    municipality_id: MunicipalityId
    names: Names
    valid_from: date


class MunicipalityMerged(Event, frozen=True, kw_only=True):
    """`predecessors` became `successor`. Written to the stream of each of them."""

    happened = "merged_on"

    municipality_id: MunicipalityId
    predecessors: tuple[MunicipalityId, ...]
    successor: MunicipalityId
    merged_on: date


class MunicipalitySplit(Event, frozen=True, kw_only=True):
    """`predecessor` was divided into `successors` and ceased. Written to each of them."""

    happened = "split_on"

    municipality_id: MunicipalityId
    predecessor: MunicipalityId
    successors: tuple[MunicipalityId, ...]
    split_on: date


class MunicipalityBoundaryAdjusted(Event, frozen=True, kw_only=True):
    """Area went from `giver` to `receivers`; the giver goes on. Written to each of them."""

    happened = "adjusted_on"

    municipality_id: MunicipalityId
    giver: MunicipalityId
    receivers: tuple[MunicipalityId, ...]
    adjusted_on: date


class MunicipalityCorrected(Event, frozen=True, kw_only=True):
    """A dated fact of identity was recorded wrongly: what stood, what holds, and why.

    `fact` is `number`, `organisation_number`, `name_nb`, `name_se`, `name_fkv` or
    `valid_from`; `valid_from` says which dated fact is meant.
    """

    happened = "valid_from"

    municipality_id: MunicipalityId
    fact: str
    valid_from: date
    old_value: str | None
    new_value: str | None
    reason: str


class PopulationUpdated(Event, frozen=True, kw_only=True):
    """The number of inhabitants on a date is known, or is known better than before.

    `replaces` is the earlier figure for the same date, None if there was none.
    `published_on` is None where the source's day of publishing is not known.
    """

    happened = "as_of"

    municipality_id: MunicipalityId
    as_of: date
    inhabitants: int
    source: str
    published_on: date | None = None
    replaces: int | None = None
    invented: bool = False


# --- agreements -----------------------------------------------------------------------


class AgreementVersionPublished(Event, frozen=True, kw_only=True):
    """A version of the host agreement is ready to be decided on by the councils.

    Valid from `valid_from` until before `valid_to` (None: open-ended). `assumed` names the
    fields that no source gives.
    """

    happened = "valid_from"

    agreement_version: int
    legal_form: str
    host_municipality_id: MunicipalityId
    valid_from: date
    valid_to: date | None
    notice_rule: NoticeRule
    extension: str
    checklist: tuple[str, ...]
    texts: tuple[Text, ...]
    assumed: tuple[str, ...] = ()


class AgreementVersionExtended(Event, frozen=True, kw_only=True):
    """The version holds longer than it said: until before `valid_to` (None: open-ended)."""

    agreement_version: int
    old_valid_to: date | None
    valid_to: date | None
    decided_by: str


# --- a municipality's way through one version -------------------------------------------


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


# --- contacts ---------------------------------------------------------------------------


class ContactAppointed(Event, frozen=True, kw_only=True):
    """A contact holds a role for the municipality from `valid_from`, before `valid_to`."""

    happened = "valid_from"

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_from: date
    valid_to: date | None = None


class ContactRemoved(Event, frozen=True, kw_only=True):
    """The contact holds the role no longer from `valid_to` on."""

    happened = "valid_to"

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_to: date


class ContactErased(Event, frozen=True, kw_only=True):
    """The person behind `contact_id` is erased; whoever kept anything of it forgets it."""

    municipality_id: MunicipalityId
    contact_id: ContactId


EVENTS: tuple[type[Event], ...] = (
    MunicipalityRegistered,
    MunicipalityRenumbered,
    MunicipalityRenamed,
    MunicipalityMerged,
    MunicipalitySplit,
    MunicipalityBoundaryAdjusted,
    MunicipalityCorrected,
    PopulationUpdated,
    AgreementVersionPublished,
    AgreementVersionExtended,
    MunicipalityInvited,
    TreatmentRegistered,
    CouncilResolved,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    AgreementSigned,
    AgreementReceived,
    JoiningDateSet,
    MunicipalityJoined,
    JoiningDateCorrected,
    WithdrawalNoticeReceived,
    WithdrawalCancelled,
    MunicipalityLeft,
    LeavingDateCorrected,
    DeadlineNeared,
    DeadlinePassed,
    ContactAppointed,
    ContactRemoved,
    ContactErased,
)

PAGES: tuple[tuple[str, str], ...] = (
    ("Oversikt", "/membership/"),
    ("Kommuner", "/membership/kommuner"),
    ("Avtaler", "/membership/avtaler"),
    ("Import", "/membership/import"),
)
"""Entries of the suite's menu: Norwegian label and path."""

TABS: tuple[tuple[str, str], ...] = (
    ("Medlemskap", "/membership/kommuner/{municipality_id}"),
    ("Kontakter", "/membership/kommuner/{municipality_id}/kontakter"),
    ("Historikk", "/membership/kommuner/{municipality_id}/historikk"),
)
"""Tabs of a municipality's page: Norwegian label and path."""
