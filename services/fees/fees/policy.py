"""Whenever an input of a fee changes, the fee is reckoned anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.fees.contract import FeeScheduleAdopted, GrantAwarded, GrantRevoked
from services.fees.fees.domain import AssessFee, fees
from services.fees.fees.queries import news, news_of
from services.fees.municipalities.queries import Facts
from services.membership.contract import (
    AgreementVersionPublished,
    JoiningDateCancelled,
    JoiningDateCorrected,
    JoiningDateSet,
    LeavingDateCorrected,
    MunicipalityInvited,
    MunicipalityJoined,
    MunicipalityLeft,
    MunicipalityMerged,
    MunicipalitySplit,
    PopulationUpdated,
    WithdrawalCancelled,
    WithdrawalNoticeReceived,
)
from shared.clock import day_of
from shared.messages import Recorded
from shared.reactions import Due, Policy, Reaction, Rule


def whenever_municipalities_change(
    causes: Sequence[Recorded[Any]], connection: Connection
) -> list[list[Reaction]]:
    """Their population, their membership or their invitation: reckon all their years.

    Who hosts a version may be told before or after; `whenever_a_version_has_its_host` reckons anew then.
    """
    asked = [(cause.event.municipality_id, day_of(cause.recorded_at)) for cause in causes]
    return [[_reaction(*one) for one in found] for found in news_of(connection, asked)]


def whenever_a_version_has_its_host(
    recorded: Recorded[AgreementVersionPublished], connection: Connection
) -> Iterator[Reaction]:
    """It may be told after that municipality's membership: reckon all its years, and nobody else's."""
    asked = (recorded.event.host_municipality_id, day_of(recorded.recorded_at))
    for facts, command in news_of(connection, [asked])[0]:
        yield _reaction(facts, command)


def whenever_prices_change(recorded: Recorded[Any], connection: Connection) -> Iterator[Reaction]:
    """Rates or grants: reckon everybody's years."""
    for facts, command in news(connection, day_of(recorded.recorded_at)):
        yield _reaction(facts, command)


def due_reckonings(connection: Connection, today: date) -> Iterable[Due]:
    """A year that has begun is estimated; and two inputs that changed at the same moment meet here."""
    return [
        Due(on=today, reaction=_reaction(facts, command), example=facts.example)
        for facts, command in news(connection, today)
    ]


def _reaction(facts: Facts, command: AssessFee) -> Reaction:
    # A real figure leads to an example's fee where the membership is an example.
    stream = fees.stream(command.municipality_id, str(command.year))
    return Reaction(decider=fees, stream=stream, command=command, example=facts.example)


_RECKONING = "reckon-fees"

RECKON = Policy(
    name="reckon-fees",
    follow_up=_RECKONING,
    on=(
        MunicipalityInvited,
        JoiningDateSet,
        MunicipalityJoined,
        JoiningDateCorrected,
        JoiningDateCancelled,
        WithdrawalNoticeReceived,
        WithdrawalCancelled,
        MunicipalityLeft,
        LeavingDateCorrected,
        PopulationUpdated,
        MunicipalityMerged,
        MunicipalitySplit,
    ),
    react_together=whenever_municipalities_change,
)

RECKON_HOST = Policy(
    name="reckon-fees-of-host",
    follow_up=_RECKONING,
    on=(AgreementVersionPublished,),
    react=whenever_a_version_has_its_host,
)

RECKON_ANEW = Policy(
    name="reckon-fees-anew",
    follow_up=_RECKONING,
    on=(FeeScheduleAdopted, GrantAwarded, GrantRevoked),
    react=whenever_prices_change,
)

KEEP_IN_STEP = Rule(name="keep-fees-in-step", due=due_reckonings, follow_up=_RECKONING)
