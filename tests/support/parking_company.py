"""A small company that rents out parking places: a domain to try the mechanism on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select

from shared.decider import Decider
from shared.errors import Refused
from shared.messages import Event, Recorded
from shared.reactions import Due, Policy, Reaction, Rule
from shared.readmodels import Projection, Row

SERVICE = "garage"
TOPIC = "garage.events"
BILLING = "billing"
BILLING_TOPIC = "billing.events"


class PlaceRented(Event, frozen=True, kw_only=True):
    happened = "rented_on"

    garage_id: str
    place: str
    car: str
    rented_on: date


class PlaceFreed(Event, frozen=True, kw_only=True):
    garage_id: str
    place: str


class RentCharged(Event, frozen=True, kw_only=True):
    garage_id: str
    place: str
    amount: int


EVENTS = (PlaceRented, PlaceFreed)
BILLING_EVENTS = (RentCharged,)


class PlaceTaken(Refused):
    code = "place-taken"
    nb = "Plassen er opptatt."


class PlaceNotRented(Refused):
    code = "place-not-rented"
    nb = "Plassen er ikke leid ut."


class TooManyCharges(Refused):
    code = "too-many-charges"
    nb = "Det er krevd leie nok."


@dataclass(frozen=True, kw_only=True)
class RentPlace:
    place: str
    car: str
    garage_id: str
    on: date = date(2026, 3, 1)


@dataclass(frozen=True, kw_only=True)
class FreePlace:
    place: str
    garage_id: str


@dataclass(frozen=True, kw_only=True)
class ChargeRent:
    place: str
    garage_id: str
    amount: int = 100


@dataclass(frozen=True)
class Place:
    car: str | None = None


@dataclass(frozen=True)
class Account:
    charges: int = 0


def _decide(place: Place, command: RentPlace | FreePlace) -> list[Event]:
    if isinstance(command, FreePlace):
        if place.car is None:
            raise PlaceNotRented("The place is not rented.")
        return [PlaceFreed(garage_id=command.garage_id, place=command.place)]
    if place.car == command.car:
        return []
    if place.car is not None:
        raise PlaceTaken("The place is taken.", place=command.place)
    return [
        PlaceRented(garage_id=command.garage_id, place=command.place, car=command.car, rented_on=command.on)
    ]


def _evolve(place: Place, event: Event) -> Place:
    return replace(place, car=event.car if isinstance(event, PlaceRented) else None)


places: Decider[Place, Any, Any] = Decider(
    category="place", initial=Place(), decide=_decide, evolve=_evolve, about="garage"
)


MOST_CHARGES = 3


def _charge(account: Account, command: ChargeRent) -> list[Event]:
    if account.charges >= MOST_CHARGES:
        raise TooManyCharges("Three charges are enough.")
    return [RentCharged(garage_id=command.garage_id, place=command.place, amount=command.amount)]


accounts: Decider[Account, Any, Any] = Decider(
    category="account",
    initial=Account(),
    decide=_charge,
    evolve=lambda account, _: Account(account.charges + 1),
    about="garage",
)

metadata = MetaData()
rented = Table(
    "rented",
    metadata,
    Column("garage_id", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("car", Text, nullable=False),
    Column("times", BigInteger, nullable=False),
)
garages = Table(
    "garages",
    metadata,
    Column("garage_id", Text, primary_key=True),
    Column("rents", BigInteger, nullable=False),
)
charges = Table(
    "charges",
    metadata,
    Column("garage_id", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
)


def on_place_rented(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
    event = recorded.event
    times = row["times"] + 1 if row else 1
    return {"garage_id": event.garage_id, "place": event.place, "car": event.car, "times": times}


def on_place_freed(row: Row | None, recorded: Recorded[PlaceFreed]) -> None:
    del row, recorded


def count_rent(row: Row | None, recorded: Recorded[PlaceRented]) -> Row:
    return {"garage_id": recorded.event.garage_id, "rents": (row["rents"] if row else 0) + 1}


def on_rent_charged(row: Row | None, recorded: Recorded[RentCharged]) -> Row:
    event = recorded.event
    total = (row["total"] if row else 0) + event.amount
    return {"garage_id": event.garage_id, "place": event.place, "total": total}


rented_places = Projection(table=rented, on={PlaceRented: on_place_rented, PlaceFreed: on_place_freed})
garage_rents = Projection(table=garages, on={PlaceRented: count_rent})
charged = Projection(table=charges, on={RentCharged: on_rent_charged})


def whenever_place_rented(recorded: Recorded[PlaceRented], connection: Connection) -> list[Reaction]:
    known = connection.execute(
        select(garages.c.rents).where(garages.c.garage_id == recorded.event.garage_id)
    ).scalar_one()
    assert known >= 1
    event = recorded.event
    return [
        Reaction(
            decider=accounts,
            stream=accounts.stream(event.garage_id, event.place),
            command=ChargeRent(place=event.place, garage_id=event.garage_id),
        )
    ]


def whenever_places_rented(
    causes: Sequence[Recorded[PlaceRented]], connection: Connection
) -> list[list[Reaction]]:
    return [whenever_place_rented(cause, connection) for cause in causes]


charge_rent = Policy(name="charge_rent", on=(PlaceRented,), react=whenever_place_rented)
charge_rents = Policy(name="charge_rent", on=(PlaceRented,), react_together=whenever_places_rented)


def _due(connection: Connection, today: date) -> list[Due]:
    del connection
    command = RentPlace(place="spring", car="sweeper", garage_id="g1", on=today)
    return [
        Due(
            on=date(2026, 4, 1),
            reaction=Reaction(decider=places, stream=places.stream("g1", "spring"), command=command),
        )
    ]


sweeping = Rule(name="sweeping", due=_due)
