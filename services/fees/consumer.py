"""Door for events in: which topics fees listens to, and what each event leads to."""

from __future__ import annotations

from services.fees import contract
from services.fees.fees.policy import RECKON, RECKON_ANEW, RECKON_HOST
from services.fees.municipalities.projection import HOSTS, MEMBERSHIPS, MUNICIPALITIES, POPULATIONS
from services.membership import contract as membership
from shared.consumers import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    Consumer(
        name="membership",
        service=membership.SERVICE,
        topic=membership.TOPIC,
        events=membership.EVENTS,
        projections=(MUNICIPALITIES, POPULATIONS, MEMBERSHIPS, HOSTS),
        policies=(RECKON, RECKON_HOST),
        ignores=(
            membership.MunicipalityBoundaryAdjusted,  # the figures that follow from it come as such
            membership.AgreementVersionExtended,
            membership.TreatmentRegistered,
            membership.CouncilResolved,
            membership.ResolutionConditionsSettled,
            membership.ResolutionCorrected,
            membership.AgreementSigned,
            membership.AgreementReceived,
            membership.DeadlineNeared,
            membership.DeadlinePassed,
            membership.ContactAppointed,
            membership.ContactRemoved,
            membership.ContactErased,
        ),
    ),
    Consumer(
        name="own",
        service=contract.SERVICE,
        topic=contract.TOPIC,
        events=contract.EVENTS,
        policies=(RECKON_ANEW,),
        ignores=(
            contract.FeeQuoted,
            contract.FeeEstimated,
            contract.FeeProposed,
            contract.FeeDetermined,
            contract.FeeDeviationFound,
            contract.FeeDeviationSettled,
            contract.FeeCorrected,
            contract.FeeWaived,
        ),
    ),
)
"""Everything that fees takes in."""
