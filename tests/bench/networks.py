"""Networks of municipalities for the bench, appended without the rules' questions: who they are, and that they joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.membership.contract import (
    JoiningDateSet,
    MunicipalityId,
    MunicipalityJoined,
    MunicipalityRegistered,
    Names,
)
from services.membership.memberships.domain import memberships
from services.membership.municipalities.domain import municipalities
from shared import ids
from shared.decider import Decider
from shared.eventstore import Store
from tests.bench.facts import CONTEXT

_SINCE = date(2023, 1, 1)
# What is told has happened: no rule is asked whether it may.
_TOLD: Any = {"decide": lambda _, event: [event]}
_REGISTER: Decider[Any, Any, Any] = replace(municipalities, **_TOLD)
_MEMBERSHIPS: Decider[Any, Any, Any] = replace(memberships, **_TOLD)


def invent(count: int) -> list[MunicipalityId]:
    """Municipalities that nobody has heard of."""
    return [MunicipalityId(ids.new_id()) for _ in range(count)]


def join(store: Store, members: Sequence[MunicipalityId]) -> None:
    """Make them known and members since 2023."""
    with store.transaction(CONTEXT) as transaction:
        for number, one in enumerate(members, start=1_001):
            registered = MunicipalityRegistered(
                municipality_id=one,
                organisation_number=None,
                number=str(number),
                names=Names(nb=f"Oppdiktvik {number}"),
                county_number="55",
                valid_from=_SINCE,
                invented=True,
            )
            transaction.handle(_REGISTER, municipalities.stream(one), registered)
            about: Any = {"municipality_id": one, "agreement_version": 1, "member_from": _SINCE}
            for event in (JoiningDateSet(**about), MunicipalityJoined(**about)):
                transaction.handle(_MEMBERSHIPS, memberships.stream(one, "1"), event)
