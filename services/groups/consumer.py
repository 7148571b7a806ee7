"""Door for events in: which topics groups listens to, and what each event leads to."""

from __future__ import annotations

from services.groups import contract
from services.groups.contacts.projection import CONTACTS
from services.groups.municipalities.projection import MEMBERSHIPS, MUNICIPALITIES
from services.groups.seats.policy import ON_MEMBERSHIP, ON_OWN
from services.membership import contract as membership
from shared.consumers import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    Consumer(
        name="membership",
        service=membership.SERVICE,
        topic=membership.TOPIC,
        events=membership.EVENTS,
        projections=(MUNICIPALITIES, MEMBERSHIPS, CONTACTS),
        policies=ON_MEMBERSHIP,
        ignores=(
            membership.MunicipalityMerged,  # what ends with it, MunicipalityLeft says
            membership.MunicipalitySplit,
            membership.MunicipalityBoundaryAdjusted,
            membership.PopulationUpdated,
            membership.AgreementVersionPublished,
            membership.AgreementVersionExtended,
            membership.TreatmentRegistered,
            membership.ResolutionConditionsSettled,
            membership.ResolutionCorrected,
            membership.AgreementSigned,
            membership.AgreementReceived,
            membership.DeadlineNeared,
            membership.DeadlinePassed,
        ),
    ),
    Consumer(
        name="own",
        service=contract.SERVICE,
        topic=contract.TOPIC,
        events=contract.EVENTS,
        policies=ON_OWN,
        ignores=(
            contract.MandateAdopted,
            contract.SeatOpened,
            contract.SeatFilled,
            contract.SeatVacated,
            contract.SeatClosed,
            contract.SeatDatesCorrected,
            contract.SeatTermCorrected,
        ),
    ),
)
"""Everything that groups takes in."""
