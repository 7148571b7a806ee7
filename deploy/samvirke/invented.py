"""The one municipality that does not exist: a place to try every step, in and out again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import msgspec

from deploy.samvirke.ways import Days, Ways
from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities.domain import RegisterMunicipality, municipalities
from services.membership.population.domain import RecordPopulation, population
from shared import ids
from shared.eventstore import Transaction


class InventedText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[invented]`: its name and a number of inhabitants that nobody counted."""

    name: str
    inhabitants: int


def play(
    transaction_of_membership: Callable[[], AbstractContextManager[Transaction]],
    told: InventedText,
    today: date,
) -> None:
    """Register it and let its council put the case off, say no, and be asked again."""
    municipality_id = MunicipalityId(ids.derived_id("municipality", "invented", told.name))
    stream = municipalities.stream(municipality_id)
    with transaction_of_membership() as transaction:
        if transaction.load(municipalities, stream).version > 0:
            return
        transaction.handle(
            municipalities,
            stream,
            RegisterMunicipality(
                municipality_id=municipality_id,
                organisation_number=None,
                number=None,
                names=Names(nb=told.name),
                county_number=None,
                valid_from=date(2020, 1, 1),
                invented=True,
            ),
        )
        transaction.handle(
            population,
            population.stream(municipality_id),
            RecordPopulation(
                municipality_id=municipality_id,
                as_of=date(today.year, 1, 1),
                inhabitants=told.inhabitants,
                source="oppdiktet",
                published_on=None,
                invented=True,
            ),
        )
        months_ago = Days.before(today - timedelta(days=120), date(today.year + 1, 1, 1))
        way = Ways(transaction, municipality_id, 1, months_ago, 900)
        way.comes_to("deferred")
        way.decide_again("rejected", months_ago.resolved_on + timedelta(days=30))
        way.invite_again(today - timedelta(days=10), today + timedelta(days=50))
