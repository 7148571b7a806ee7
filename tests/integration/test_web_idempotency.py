"""A repeated request has one effect and one answer on both databases (G4, I-18)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from shared import builds
from shared.database import Database
from shared.eventstore import Store, Transaction
from shared.migrating import migrate
from shared.settings import Settings
from shared.web.app import App
from shared.web.tokens import BuiltinIssuer
from tests.support import parking_company as company
from tests.support.garage import garage_store
from tests.support.parking_office import OURS, open_office

PATH = f"/garage/v1/garages/{OURS}/rentals"
RENT = {"place": "7", "car": "red"}


@pytest.fixture
def store(make_database: Callable[[str], Database]) -> Store:
    database = make_database("garage")
    migrate(database)
    with database.writing() as connection:
        build = builds.create_build(connection, company.SERVICE, (company.rented_places,))
        builds.promote(connection, company.SERVICE, build)
    return garage_store(database)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def app(store: Store, settings: Settings) -> App:
    return open_office(store, settings)


@pytest.fixture
def office(settings: Settings) -> dict[str, str]:
    issuer = BuiltinIssuer.of(settings)
    token = issuer.issue(["garage:write", "office"], actor="office", ttl=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


def test_of_twenty_parallel_requests_each_gets_the_one_answer_or_is_asked_to_wait(
    app: App, office: dict[str, str], store: Store
) -> None:
    headers = office | {"Idempotency-Key": "a-1"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: app.test_client().post(PATH, json=RENT, headers=headers), range(20))
        )
    told = {answer.data for answer in answers if answer.status_code == 201}
    waiting = [answer for answer in answers if answer.status_code != 201]

    assert len(told) == 1
    assert all(answer.status_code == 409 for answer in waiting)
    assert all(answer.json["code"] == "request-in-progress" for answer in waiting if answer.json)
    assert all(answer.headers["Retry-After"] == "1" for answer in waiting)
    assert len(store.history()) == 1


def test_fifty_conflicting_commands_leave_one_winner(app: App, office: dict[str, str], store: Store) -> None:
    def rent(number: int) -> int:
        body = RENT | {"car": f"car {number}"}
        return app.test_client().post(PATH, json=body, headers=office).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(rent, range(50)))

    assert sorted(statuses) == [201] + [409] * 49
    assert len(store.history()) == 1


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_while_the_first_is_carried_out_the_second_is_asked_to_wait(
    app: App, office: dict[str, str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = threading.Event(), threading.Event()
    original = Transaction.handle

    def slowly(self: Transaction, *args: object, **kwargs: object) -> object:
        inside.set()
        go_on.wait(10)
        return original(self, *args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Transaction, "handle", slowly)
    headers = office | {"Idempotency-Key": "a-1"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: app.test_client().post(PATH, json=RENT, headers=headers))
        inside.wait(10)
        second = app.test_client().post(PATH, json=RENT, headers=headers)
        go_on.set()
        answer = first.result()
    third = app.test_client().post(PATH, json=RENT, headers=headers)

    assert answer.status_code == 201
    assert second.status_code == 409
    assert second.json is not None
    assert second.json["code"] == "request-in-progress"
    assert third.data == answer.data
    assert len(store.history()) == 1
