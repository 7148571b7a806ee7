"""A link lets in once, in its time, and only whom it was made for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from sqlalchemy import select

from services.membership.signin import handlers
from services.membership.signin.api import blueprint
from services.membership.signin.domain import SignInLinkInvalid, Visitor
from services.membership.signin.handlers import create_link, use_link
from services.membership.signin.pages import pages
from services.membership.signin.tables import signin_links
from shared import clock
from shared.database import Database
from shared.eventstore import Store
from shared.migrating import migrate
from shared.settings import Settings
from shared.web.access import caller, requires
from shared.web.app import create
from shared.web.issuers import TrustedIssuers

HARSTAD = "0190a000-0000-7000-8000-000000000001"
MIGRATIONS = Path(handlers.__file__).parents[1] / "migrations"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database(f"sqlite:///{tmp_path}/membership.db")
    migrate(database, MIGRATIONS)
    yield Store(
        service="membership",
        events=(),
        projections=(),
        database=database,
        source="https://example.org/membership",
    )
    database.close()


def door(store: Store, settings: Settings) -> FlaskClient:
    front = Blueprint("front_pages", __name__, url_prefix="/membership")

    @front.get("/")
    @requires("membership:read")
    def start() -> str:
        return caller().actor

    return create(
        "membership", store, (blueprint,), (pages, front), (), "Nettverket", settings=settings
    ).test_client()


@pytest.fixture
def client(store: Store, settings: Settings) -> FlaskClient:
    return door(store, settings)


def link(store: Store, scope: str = "office") -> str:
    with store.database.writing() as connection:
        return create_link(connection, scope, clock.now())


def press(client: FlaskClient, path: str) -> Any:
    """Open the link and press its button."""
    page = client.get(path).text
    main = page[page.index("<main") :]
    action = re.findall(r'action="([^"]+)"', main)[0]
    return client.post(action, data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', main)))


def test_the_office_comes_in_by_its_link(client: FlaskClient, store: Store) -> None:
    answer = press(client, link(store))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/membership/")
    assert client.get("/membership/").text == "office"


def test_a_municipality_comes_in_to_its_own(client: FlaskClient, store: Store, settings: Settings) -> None:
    answer = press(client, link(store, HARSTAD))
    cookie = client.get_cookie("samvirke_session")
    assert cookie is not None
    claims = TrustedIssuers(settings).verify(cookie.value).claims

    assert answer.headers["Location"] == f"/membership/kommuner/{HARSTAD}"
    assert claims["municipality"] == HARSTAD
    assert "office" not in claims["scope"].split()
    assert {"membership:write", "groups:write", "fees:read", "notifications:read"} <= set(
        claims["scope"].split()
    )
    assert client.get("/membership/").text == f"municipality/{HARSTAD}"


def test_a_link_lets_in_once(client: FlaskClient, store: Store) -> None:
    path = link(store)
    press(client, path)
    client.delete_cookie("samvirke_session")
    again = press(client, path)

    assert again.status_code == 410
    assert "Lenken er brukt, utløpt eller feil." in again.text
    assert client.get_cookie("samvirke_session") is None


def test_fetching_a_link_does_not_use_it_up(client: FlaskClient, store: Store) -> None:
    path = link(store)
    for _ in range(3):
        client.get(path)

    assert press(client, path).status_code == 303


def test_of_many_who_press_at_once_one_comes_in(store: Store) -> None:
    secret = link(store).rpartition("/")[2]

    def come(_: int) -> bool:
        try:
            with store.database.writing() as connection:
                use_link(connection, secret, clock.now())
        except SignInLinkInvalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come, range(8))) == 1


def test_a_link_is_good_for_fifteen_minutes(store: Store) -> None:
    now = clock.now()
    with store.database.writing() as connection:
        early, late = (create_link(connection, "office", now).rpartition("/")[2] for _ in range(2))
        use_link(connection, early, now + timedelta(minutes=15))
        with pytest.raises(SignInLinkInvalid):
            use_link(connection, late, now + timedelta(minutes=15, seconds=1))


def test_a_link_is_good_where_an_examples_clock_was_moved(
    client: FlaskClient, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.database.writing() as connection:
        path = create_link(connection, "office", clock.real_now())
    monkeypatch.setenv("SAMVIRKE_CLOCK", str(tmp_path / "moved"))
    clock.move_to(clock.real_now() + timedelta(days=1))

    assert press(client, path).status_code == 303


def test_a_made_up_link_lets_nobody_in(client: FlaskClient) -> None:
    assert press(client, "/membership/logg-inn/made-up").status_code == 410


def test_the_database_does_not_hold_what_lets_in(store: Store) -> None:
    secret = link(store).rpartition("/")[2]
    with store.reading() as connection:
        row = connection.execute(select(signin_links)).mappings().one()

    assert secret not in " ".join(str(value) for value in row.values())
    assert len(secret) >= 43


def test_old_links_are_taken_away(store: Store) -> None:
    link(store)
    with store.database.writing() as connection:
        create_link(connection, HARSTAD, clock.now() + timedelta(days=1))
        left = connection.execute(select(signin_links.c.municipality_id)).scalars().all()

    assert left == [HARSTAD]


@pytest.mark.parametrize("scope", ["5503", "everyone", ""])
def test_a_link_is_for_the_office_or_a_municipality(store: Store, scope: str) -> None:
    with store.database.writing() as connection, pytest.raises(ValueError, match="UUID"):
        create_link(connection, scope, clock.now())


def test_the_button_needs_its_form(client: FlaskClient, store: Store) -> None:
    path = link(store)

    assert client.post(path).status_code == 400
    assert press(client, path).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_foreign_sites(store: Store, settings: Settings) -> None:
    answer = press(door(store, settings), link(store))
    secure = press(door(store, replace(settings, url="https://samvirke.example")), link(store))
    plain, over_tls = (_session_cookie(one) for one in (answer, secure))

    for cookie in (plain, over_tls):
        assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"} <= set(cookie)
    assert ("Secure" in plain, "Secure" in over_tls) == (False, True)


def test_signing_out_takes_the_cookie_away(client: FlaskClient, store: Store) -> None:
    press(client, link(store))
    page = client.get("/membership/logg-inn").text
    token = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    without = client.post("/membership/logg-ut")
    answer = client.post("/membership/logg-ut", data=token)

    assert without.status_code == 400
    assert (answer.status_code, answer.headers["Location"]) == (303, "/membership/logg-inn")
    assert client.get_cookie("samvirke_session") is None
    assert client.get("/membership/").status_code == 401


def test_a_form_opened_before_signing_in_is_no_longer_good(client: FlaskClient, store: Store) -> None:
    before = client.get(link(store)).text
    old = dict(re.findall(r'name="(\w+)" value="([^"]*)"', before))
    press(client, link(store))

    assert client.post("/membership/logg-ut", data=old).status_code == 400


def test_with_the_issuer_switched_off_no_link_lets_in(store: Store, settings: Settings) -> None:
    client = door(store, replace(settings, builtin_issuer=False))
    answer = press(client, link(store))

    assert answer.status_code == 409
    assert "slått av" in answer.text
    assert "slått av" in client.get("/membership/logg-inn").text
    assert client.get("/membership/v1/jwks").json == {"keys": []}


def test_everybody_may_read_the_public_key(client: FlaskClient) -> None:
    answer = client.get("/membership/v1/jwks")

    assert answer.json is not None
    assert [key["kty"] for key in answer.json["keys"]] == ["OKP"]
    assert "d" not in answer.json["keys"][0]


def test_the_page_says_how_to_get_a_link(client: FlaskClient) -> None:
    assert "samvirke signin office" in client.get("/membership/logg-inn").text


def test_the_migration_makes_the_table_that_the_code_uses(store: Store) -> None:
    with store.reading() as connection:
        columns = connection.exec_driver_sql("PRAGMA table_info(signin_links)").fetchall()

    assert [column[1] for column in columns] == [column.name for column in signin_links.columns]


def _session_cookie(answer: Any) -> list[str]:
    cookies = answer.headers.getlist("Set-Cookie")
    return next(line.split("; ") for line in cookies if line.startswith("samvirke_session="))


def test_who_comes_in_is_named_by_role_or_municipality() -> None:
    assert Visitor(None).actor == "office"
    assert Visitor("4b9c1e52").actor == "municipality/4b9c1e52"
