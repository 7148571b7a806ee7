"""Door: events in. Every event goes into the feed; some give cause for notices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications import contract
from services.notifications.digests.projection import lengthen
from services.notifications.feed.projection import append, appended
from services.notifications.groups.projection import GROUPS
from services.notifications.municipalities.projection import MUNICIPALITIES
from services.notifications.notices.policy import policies
from shared.consumers import Consumer, Taken


def journal(connection: Connection, taken: Sequence[Taken]) -> None:
    """Into the feed, and from there into the chain of the service that published it."""
    append(connection, taken)
    lengthen(connection, [event.service for event, _ in taken])


FEED: tuple[Consumer, ...] = tuple(
    Consumer(
        name=f"feed-{published.SERVICE}",
        service=published.SERVICE,
        topic=published.TOPIC,
        events=published.EVENTS,
        journal=journal,
        journalled=appended,
    )
    for published in (membership, fees, groups, contract)
)

NOTICES: tuple[Consumer, ...] = (
    Consumer(
        name="notices-membership",
        service=membership.SERVICE,
        topic=membership.TOPIC,
        events=membership.EVENTS,
        projections=(MUNICIPALITIES,),
        policies=policies(membership.EVENTS),
        ignores=(
            membership.MunicipalityMerged,
            membership.MunicipalitySplit,
            membership.MunicipalityBoundaryAdjusted,
            membership.PopulationUpdated,
            membership.AgreementVersionPublished,
            membership.AgreementVersionExtended,
            membership.TreatmentRegistered,
            membership.CouncilResolved,
            membership.ResolutionConditionsSettled,
            membership.ResolutionCorrected,
            membership.AgreementReceived,
            membership.JoiningDateSet,
            membership.JoiningDateCorrected,
            membership.LeavingDateCorrected,
            membership.ContactAppointed,
            membership.ContactRemoved,
            membership.ContactErased,
        ),
    ),
    Consumer(
        name="notices-fees",
        service=fees.SERVICE,
        topic=fees.TOPIC,
        events=fees.EVENTS,
        policies=policies(fees.EVENTS),
        ignores=(
            fees.FeeScheduleAdopted,
            fees.GrantAwarded,
            fees.GrantRevoked,
            fees.FeeQuoted,
            fees.FeeDeviationSettled,
            fees.FeeWaived,
        ),
    ),
    Consumer(
        name="notices-groups",
        service=groups.SERVICE,
        topic=groups.TOPIC,
        events=groups.EVENTS,
        projections=(GROUPS,),
        policies=policies(groups.EVENTS),
        ignores=(
            groups.MandateAdopted,
            groups.GroupArchived,
            groups.GroupsChosen,
            groups.SeatFilled,
            groups.SeatClosed,
            groups.SeatDatesCorrected,
            groups.SeatTermCorrected,
        ),
    ),
)

CONSUMERS: tuple[Consumer, ...] = (*FEED, *NOTICES)
