"""The published events of membership, and all that other services may import of it.

Dates are Norwegian dates; an interval ends on its first day outside (half-open). No event
carries personal data: a person is a `contact_id` and a role.
"""

from __future__ import annotations

from pathlib import Path

from services.membership.contract.agreements import (
    AgreementVersionExtended,
    AgreementVersionPublished,
    NoticeRule,
    Text,
)
from services.membership.contract.contacts import (
    ContactAppointed,
    ContactErased,
    ContactId,
    ContactRemoved,
    ContactRole,
)
from services.membership.contract.identity import (
    MunicipalityBoundaryAdjusted,
    MunicipalityCorrected,
    MunicipalityId,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
    Names,
    PopulationUpdated,
)
from services.membership.contract.memberships import (
    AgreementReceived,
    AgreementSigned,
    CouncilResolved,
    DeadlineNeared,
    DeadlinePassed,
    DocumentRef,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    ResolutionConditionsSettled,
    ResolutionCorrected,
    TreatmentRegistered,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from shared.messages import Event

__all__ = [
    "EVENTS",
    "PAGES",
    "PUBLISHED",
    "SERVICE",
    "TABS",
    "TOPIC",
    "AgreementReceived",
    "AgreementSigned",
    "AgreementVersionExtended",
    "AgreementVersionPublished",
    "ContactAppointed",
    "ContactErased",
    "ContactId",
    "ContactRemoved",
    "ContactRole",
    "CouncilResolved",
    "DeadlineNeared",
    "DeadlinePassed",
    "DocumentRef",
    "JoiningDateCancelled",
    "JoiningDateCorrected",
    "JoiningDateSet",
    "LeavingDateCorrected",
    "MunicipalityBoundaryAdjusted",
    "MunicipalityCorrected",
    "MunicipalityId",
    "MunicipalityInvited",
    "MunicipalityJoined",
    "MunicipalityLeft",
    "MunicipalityMerged",
    "MunicipalityRegistered",
    "MunicipalityRenamed",
    "MunicipalityRenumbered",
    "MunicipalitySplit",
    "Names",
    "NoticeRule",
    "PopulationUpdated",
    "ResolutionConditionsSettled",
    "ResolutionCorrected",
    "Text",
    "TreatmentRegistered",
    "WithdrawalCancelled",
    "WithdrawalNoticeReceived",
]

SERVICE = "membership"
TOPIC = "membership.events"

PUBLISHED = Path(__file__).parents[1] / "published"
"""Schema and example of every event that was ever published, frozen."""

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
    JoiningDateCancelled,
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

PAGES: tuple[tuple[str, str, str], ...] = (
    ("Oversikt", "/membership/", "all"),
    ("Kommuner", "/membership/kommuner", "all"),
    ("Avtaler", "/membership/avtaler", "all"),
    ("Import", "/membership/import", "office"),
)
"""Entries of the suite's menu: Norwegian label, path, and who is offered it."""

TABS: tuple[tuple[str, str, str], ...] = (
    ("Medlemskap", "/membership/kommuner/{municipality_id}", "all"),
    ("Kontakter", "/membership/kommuner/{municipality_id}/kontakter", "own"),
    ("Historikk", "/membership/kommuner/{municipality_id}/historikk", "own"),
)
"""Tabs of a municipality's page: Norwegian label, path, and who is offered it."""
