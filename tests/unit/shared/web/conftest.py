"""A counter over a small database of its own, and people who come to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.database import Database
from shared.eventstore import Store
from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.app import App
from shared.web.tokens import BuiltinIssuer
from tests.support import parking_company as company
from tests.support.garage import garage_store
from tests.support.lent_apps import lent_app
from tests.support.migrated import migrated
from tests.support.parking_office import OURS, PLACE, RENT, RENTALS, open_office, watched

Token = Callable[..., str]
Headers = dict[str, str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database(f"sqlite:///{tmp_path}/garage.db")
    migrated(database, models={company.SERVICE: (company.rented_places,)})
    yield garage_store(database)
    database.close()


@pytest.fixture
def app(store: Store, settings: Settings) -> App:
    def create_app(store: Store) -> App:
        return open_office(store, settings)

    return lent_app(create_app, store, settings)


@pytest.fixture
def client(app: App) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def token(settings: Settings) -> Token:
    def issue(*scopes: str, **claims: Any) -> str:
        claims = {"actor": "client/test", "ttl": timedelta(hours=1), **claims}
        return BuiltinIssuer.of(settings).issue(scopes or ("garage:read", "garage:write"), **claims)

    return issue


@pytest.fixture
def office(token: Token) -> Headers:
    return bearer(token("garage:read", "garage:write", "office", actor="office"))


@pytest.fixture
def municipality(token: Token) -> Headers:
    return bearer(token(municipality_id=OURS, actor=f"municipality/{OURS}"))


@pytest.fixture
def browser(client: FlaskClient, token: Token) -> FlaskClient:
    """The office, signed in in a browser."""
    client.set_cookie(SESSION_COOKIE, token("garage:read", "garage:write", "office", actor="office"))
    return client


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the (last) form on the page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def rentals(store: Store) -> list[str]:
    """The places that were rented, as events tell."""
    return [recorded.event.place for recorded in store.history()]


@pytest.fixture
def tag(client: FlaskClient, office: dict[str, str]) -> str:
    """The tag of place 7, rented once."""
    client.post(RENTALS, json=RENT, headers=office)
    return client.get(PLACE, headers=office).headers["ETag"]


@pytest.fixture
def looked_up(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The streams that the view of a place has looked up."""
    return watched(app, monkeypatch)
