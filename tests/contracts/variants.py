"""Further shapes of an event that the corpus keeps: as little as its class allows, and more than its example."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from datetime import date
from types import NoneType
from typing import TypeVar

import msgspec

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications import contract as notifications
from shared.messages import Event
from tests.support.examples import fees as of_fees
from tests.support.examples import groups as of_groups
from tests.support.examples import membership as of_membership
from tests.support.examples import notifications as of_notifications

E = TypeVar("E", bound=Event)


def sparse(event: E) -> E:
    """`event` with nothing in every field that may be empty, and the default where there is one."""
    hints = typing.get_type_hints(type(event))
    spared: dict[str, object] = {}
    for field in msgspec.structs.fields(event):
        if not field.required:
            spared[field.name] = field.default
        elif NoneType in typing.get_args(hints[field.name]) and field.name != event.happened:
            spared[field.name] = None
    return msgspec.structs.replace(event, **spared)


def full(event: type[Event]) -> Iterable[Event]:
    """What says more than the example of its class; nothing for most."""
    return _FULL.get(event, ())


_DOCUMENT = of_membership.document(kind="withdrawal", sha256="0" * 64, access="restricted")
_BANDS = fees.Component(
    name="size",
    label="Etter størrelse",
    kind="bands",
    bands=(fees.Band(from_inhabitants=0, amount_ore=1), fees.Band(from_inhabitants=5_000, amount_ore=2)),
)

_FULL: dict[type[Event], tuple[Event, ...]] = {
    membership.MunicipalityRegistered: (
        of_membership.municipality_registered(
            organisation_number=None, number=None, names=membership.Names(nb="Eksempelvik"), invented=True
        ),
    ),
    membership.PopulationUpdated: (of_membership.population_updated(replaces=2_731, invented=True),),
    membership.TreatmentRegistered: (of_membership.treatment_registered(document=_DOCUMENT),),
    membership.CouncilResolved: (
        of_membership.council_resolved(
            outcome="approved_with_conditions", conditions=("Evalueres i 2025.",), document=_DOCUMENT
        ),
    ),
    membership.ResolutionConditionsSettled: (
        of_membership.resolution_conditions_settled(archive_case="22/311"),
    ),
    membership.MunicipalityJoined: (
        of_membership.municipality_joined(municipality_id=of_membership.HARSTAD, host=True),
    ),
    membership.WithdrawalNoticeReceived: (
        of_membership.withdrawal_notice_received(
            ends_on=date(2026, 7, 1), reason="Avtalt med vertskommunen", document=_DOCUMENT
        ),
    ),
    membership.ContactAppointed: (
        of_membership.contact_appointed(role="group", group_id=of_groups.HEALTH, valid_to=date(2027, 1, 1)),
    ),
    fees.FeeScheduleAdopted: (
        of_fees.fee_schedule_adopted(
            last_year=2030,
            components=(of_fees.FIXED, of_fees.VARIABLE, _BANDS),
            proration="daily",
            decided_by="Styringsgruppa",
            decided_on=date(2025, 11, 3),
        ),
    ),
    fees.GrantAwarded: (of_fees.grant_awarded(reference="2022/1042-7", assumed=("years",)),),
    fees.FeeQuoted: (of_fees.fee_quoted(arithmetic=of_fees.arithmetic(terms=())),),
    fees.FeeEstimated: (
        of_fees.fee_estimated(
            arithmetic=of_fees.arithmetic(
                covers=(of_fees.cover(),),
                rates=of_fees.rates(proration="monthly"),
                terms=(of_fees.term(date(2026, 6, 1)),),
            )
        ),
    ),
    fees.FeeProposed: (
        of_fees.fee_proposed(
            arithmetic=of_fees.arithmetic(
                rates=of_fees.rates(proration="monthly", host_pays=False),
                terms=(
                    of_fees.term(valid_to=date(2026, 7, 1), host=True),
                    of_fees.term(date(2026, 7, 1)),
                ),
            )
        ),
    ),
    groups.GroupEstablished: (
        of_groups.leaders_network(
            group_id=of_groups.STEERING,
            kind="steering_group",
            name="Styringsgruppe",
            seats_per_municipality=0,
            composition=("Kommunedirektøren i vertskommunen",),
        ),
    ),
    groups.MandateAdopted: (
        groups.MandateAdopted(
            group_id=of_groups.LEADERS,
            mandate_version=2,
            text="Ledernettverket gir råd.",
            decided_by="Styringsgruppa",
            adopted_on=date(2026, 5, 4),
        ),
    ),
    groups.SeatOpened: (
        of_groups.seat_opened(
            group_id=of_groups.HEALTH,
            reason="GroupsChosen",
            choice_id=of_groups.CHOICE,
            from_joining=True,
        ),
    ),
    groups.SeatFilled: (
        of_groups.seat_filled(deputy=True, valid_to=date(2026, 12, 1)),
        of_groups.seat_filled(term=2, reason="Feil person valgt"),
    ),
    groups.SeatVacated: (of_groups.seat_vacated(reason="Feil person valgt"),),
    notifications.NoticeRaised: (
        of_notifications.notice_raised(audience="office", role="office", language="nn", read=True),
        of_notifications.notice_raised(language_missing="en"),
    ),
}
