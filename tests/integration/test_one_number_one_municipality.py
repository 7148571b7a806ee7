"""Of two who give a municipality the same number at once one is refused: by form, correction or file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.membership import contract
from services.membership.contract import MunicipalityId
from services.membership.imports.handlers import Asked, FileRefused, run
from services.membership.municipalities import handlers, queries
from services.membership.municipalities.domain import municipalities
from services.membership.store import OWN
from shared import builds
from shared.database import Database
from shared.errors import Refused
from shared.eventstore import Store
from shared.messages import Context
from shared.migrating import migrate
from shared.transactions import Transaction

OFFICE = Context(actor="office", correlation_id="test")
START = date(2026, 1, 1)
LYNGEN, LOPPA, ALTA = "840014932", "963063237", "944588132"
WANTED = "5599"

Claim = Callable[[Transaction, Callable[[], None]], None]
"""Looks at what is known, waits for `looked`, and gives out the number."""


@pytest.fixture
def store(make_database: Callable[[str], Database]) -> Store:
    """Lyngen is registered with another number."""
    database = make_database("membership")
    migrate(database, Path("services/membership/migrations"))
    made = Store(
        service=contract.SERVICE,
        events=contract.EVENTS,
        projections=OWN,
        database=database,
        source="https://example.org/membership",
    )
    with database.writing() as connection:
        build = builds.create_build(connection, made.service, made.projections)
        builds.promote(connection, made.service, build)
    claim(made, registering(LYNGEN, "5536"))
    return made


def claim(store: Store, how: Claim, looked: Callable[[], None] = lambda: None) -> None:
    with store.transaction(OFFICE) as transaction:
        how(transaction, looked)


def registering(organisation_number: str, number: str = WANTED) -> Claim:
    def act(transaction: Transaction, looked: Callable[[], None]) -> None:
        body: dict[str, Any] = {
            "organisation_number": organisation_number,
            "number": number,
            "names": {"nb": f"Kommune {organisation_number}", "se": None, "fkv": None},
            "valid_from": START,
            "county_number": None,
            "invented": False,
        }
        asked = handlers.registration(transaction.connection, body)
        looked()
        transaction.handle(municipalities, municipalities.stream(asked.municipality_id), asked)

    return act


def renumbering(transaction: Transaction, looked: Callable[[], None]) -> None:
    one = handlers.new_municipality_id(LYNGEN)
    asked = handlers.renumbering(transaction.connection, one, WANTED, date(2026, 6, 1))
    looked()
    transaction.handle(municipalities, municipalities.stream(one), asked)


def correcting(transaction: Transaction, looked: Callable[[], None]) -> None:
    one = handlers.new_municipality_id(LYNGEN)
    body = {
        "fact": "number",
        "valid_from": START,
        "old_value": "5536",
        "new_value": WANTED,
        "reason": "Tastefeil",
    }
    asked = handlers.correction(transaction.connection, one, body)
    looked()
    transaction.handle(municipalities, municipalities.stream(one), asked)


def renumbered(organisation_number: str, number: str, day: date) -> Claim:
    def act(transaction: Transaction, _: Callable[[], None]) -> None:
        one = handlers.new_municipality_id(organisation_number)
        asked = handlers.renumbering(transaction.connection, one, number, day)
        transaction.handle(municipalities, municipalities.stream(one), asked)

    return act


def moving(organisation_number: str, day: date, to: str) -> Claim:
    def act(transaction: Transaction, looked: Callable[[], None]) -> None:
        one = handlers.new_municipality_id(organisation_number)
        body = {
            "fact": "valid_from",
            "valid_from": day,
            "old_value": day.isoformat(),
            "new_value": to,
            "reason": "Feil dag",
        }
        asked = handlers.correction(transaction.connection, one, body)
        looked()
        transaction.handle(municipalities, municipalities.stream(one), asked)

    return act


def importing(transaction: Transaction, looked: Callable[[], None]) -> None:
    file = f"orgnr,name_nb,name_se,name_fkv,number_2026\n{ALTA},Alta,,,{WANTED}\n"

    def handle(*asked: Any) -> None:
        looked()
        transaction.handle(*asked)

    run(transaction.connection, handle, Asked(kind="municipalities", content=file.encode()))


CLAIMS: dict[str, Claim] = {
    "registering": registering(LOPPA),
    "renumbering": renumbering,
    "correcting": correcting,
    "importing": importing,
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *((first, "registering") for first in ("renumbering", "correcting", "importing")),
        *((first, "importing") for first in ("registering", "renumbering", "correcting")),
        *((first, "renumbering") for first in ("registering", "importing")),
    ],
)
def test_of_two_who_give_out_one_number_at_once_one_is_refused(store: Store, first: str, second: str) -> None:
    race(store, CLAIMS[first], CLAIMS[second])

    with store.reading() as connection:
        holders = queries.by_number(connection, WANTED, as_of=date(2026, 7, 1), on=date(2026, 7, 1))
    assert len(holders) == 1


def test_of_two_who_register_one_organisation_number_at_once_one_is_refused(store: Store) -> None:
    race(store, registering(LOPPA, "5598"), registering(LOPPA, "5597"))

    one = MunicipalityId(handlers.new_municipality_id(LOPPA))
    (registered,) = store.history(stream=municipalities.stream(one))
    assert registered.event.number == "5598"


def test_of_two_who_move_the_days_of_one_number_into_each_other_one_is_refused(store: Store) -> None:
    claim(store, registering(LOPPA))
    claim(store, renumbered(LOPPA, "5588", date(2027, 1, 1)))
    claim(store, renumbered(LYNGEN, WANTED, date(2028, 1, 1)))

    race(store, moving(LOPPA, date(2027, 1, 1), "2027-09-01"), moving(LYNGEN, date(2028, 1, 1), "2027-03-01"))

    with store.reading() as connection:
        day = date(2027, 6, 1)
        (only,) = queries.by_number(connection, WANTED, as_of=day, on=day)
    assert only.municipality_id == handlers.new_municipality_id(LOPPA)


def race(store: Store, first: Claim, second: Claim) -> None:
    """Let the second begin when the first has looked and not yet written; the second is refused.

    The first one renumbers from June on, so that a number that is taken later counts as taken.
    """
    first_has_looked = threading.Event()

    def take_time() -> None:
        first_has_looked.set()
        time.sleep(0.5)

    ahead = threading.Thread(target=claim, args=(store, first, take_time))
    ahead.start()
    assert first_has_looked.wait(30)
    with pytest.raises((Refused, FileRefused)):
        claim(store, second)
    ahead.join()
