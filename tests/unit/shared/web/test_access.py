"""Nobody gets in whom no trusted issuer let in, and nobody further than the scopes go."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import flask
import jwt
import pytest
from flask.testing import FlaskClient

from shared.eventstore import Store
from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.app import create
from shared.web.tokens import AUDIENCE, BuiltinIssuer
from tests.support.parking_office import OURS, THEIRS, bearer, code, open_office

READ = f"/garage/v1/garages/{OURS}/rentals/7"
WRITE = f"/garage/v1/garages/{OURS}/rentals"
RENT = {"place": "7", "car": "red"}
Headers = dict[str, str]
Token = Callable[..., str]


def test_without_a_token_nothing_is_read_or_written(client: FlaskClient, store: Store) -> None:
    read, written = client.get(READ), client.post(WRITE, json=RENT)

    assert code(read) == code(written) == (401, "token-missing")
    assert read.headers["WWW-Authenticate"].startswith("Bearer")
    assert store.history() == []


def test_what_is_open_is_open(client: FlaskClient) -> None:
    assert client.get("/garage/v1/open").status_code == 200


def test_a_scope_opens_what_it_names_and_no_more(client: FlaskClient, token: Token) -> None:
    answer = client.post(WRITE, json=RENT, headers=bearer(token("garage:read")))

    assert code(answer) == (403, "scope-missing")
    assert 'scope="garage:write"' in answer.headers["WWW-Authenticate"]
    assert client.get("/garage/v1/who", headers=bearer(token("garage:read"))).status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a b c", "Bearer a.b.c", "Bearer ø"]
)
def test_a_header_that_is_no_token_is_refused(client: FlaskClient, header: str) -> None:
    answer = client.get("/garage/v1/who", environ_overrides={"HTTP_AUTHORIZATION": header})

    assert code(answer) == (401, "token-invalid")


def test_an_expired_token_is_refused(client: FlaskClient, token: Token) -> None:
    answer = client.get("/garage/v1/who", headers=bearer(token(ttl=timedelta(seconds=-60))))

    assert code(answer) == (401, "token-expired")


def test_a_token_of_another_installation_is_refused(client: FlaskClient, tmp_path: Path) -> None:
    elsewhere = BuiltinIssuer.of(Settings(data=tmp_path / "elsewhere"))
    forged = elsewhere.issue(["garage:read"], actor="office", ttl=timedelta(hours=1))

    assert code(client.get("/garage/v1/who", headers=bearer(forged))) == (401, "token-invalid")


def test_a_changed_token_is_refused(client: FlaskClient, token: Token) -> None:
    head, body, signature = token("garage:read").split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["scope"] = "garage:read garage:write office"
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()

    answer = client.get("/garage/v1/who", headers=bearer(f"{head}.{changed}.{signature}"))
    assert code(answer) == (401, "token-invalid")


def test_a_token_that_nobody_signed_is_refused(client: FlaskClient, settings: Settings) -> None:
    claims = {
        "iss": BuiltinIssuer.of(settings).name,
        "aud": AUDIENCE,
        "scope": "garage:read",
        "exp": int(time.time()) + 60,
    }
    kid = BuiltinIssuer.of(settings).jwks()["keys"][0]["kid"]
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": kid})

    assert code(client.get("/garage/v1/who", headers=bearer(unsigned))) == (401, "token-invalid")


def test_the_built_in_issuer_can_be_switched_off(store: Store, settings: Settings, office: Headers) -> None:
    client = open_office(store, replace(settings, builtin_issuer=False)).test_client()

    assert code(client.get("/garage/v1/who", headers=office)) == (401, "token-invalid")


def test_a_municipality_reads_and_writes_its_own(client: FlaskClient, municipality: Headers) -> None:
    written = client.post(WRITE, json=RENT, headers=municipality)
    read = client.get(READ, headers=municipality)

    assert (written.status_code, read.status_code) == (201, 200)


def test_a_municipality_neither_reads_nor_writes_anothers(
    client: FlaskClient, municipality: Headers, store: Store
) -> None:
    read = client.get(READ.replace(OURS, THEIRS), headers=municipality)
    written = client.post(WRITE.replace(OURS, THEIRS), json=RENT, headers=municipality)

    assert code(read) == code(written) == (403, "other-municipality")
    assert store.history() == []


def test_a_municipality_writes_nothing_where_nobody_said_whose_it_is(
    client: FlaskClient, municipality: Headers, office: Headers
) -> None:
    refused = client.post("/garage/v1/sweepings", headers=municipality)

    assert code(refused) == (403, "other-municipality")
    assert client.post("/garage/v1/sweepings", headers=office).status_code == 201


def test_a_view_may_see_to_it_itself(client: FlaskClient, municipality: Headers, token: Token) -> None:
    ours = client.post("/garage/v1/sweepings-seen-to", headers=municipality)
    theirs = client.post("/garage/v1/sweepings-seen-to", headers=bearer(token(municipality_id=THEIRS)))

    assert ours.status_code == 201
    assert code(theirs) == (403, "other-municipality")


@pytest.mark.parametrize("bound_to", [None, OURS])
def test_what_is_the_offices_is_nobody_elses(client: FlaskClient, token: Token, bound_to: str | None) -> None:
    scopes = ("garage:write", "office") if bound_to else ("garage:write",)
    told = bearer(token(*scopes, municipality_id=bound_to))

    answer = client.post(f"/garage/v1/garages/{OURS}/two-rentals", json=RENT, headers=told)
    assert code(answer) == (403, "office-only")


def test_the_cookie_reads_but_never_writes_over_the_interface(browser: FlaskClient, store: Store) -> None:
    read = browser.get("/garage/v1/who")
    written = browser.post(WRITE, json=RENT)

    assert read.json == {"actor": "office", "municipality_id": None}
    assert code(written) == (401, "token-missing")
    assert store.history() == []


def test_a_bearer_token_counts_before_the_cookie(browser: FlaskClient, municipality: Headers) -> None:
    bound = browser.get("/garage/v1/who", headers=municipality)
    broken = browser.get("/garage/v1/who", headers=bearer("nonsense"))

    assert bound.json == {"actor": f"municipality/{OURS}", "municipality_id": OURS}
    assert code(broken) == (401, "token-invalid")


def test_a_view_that_nobody_guards_stops_the_app(store: Store, settings: Settings) -> None:
    pages = flask.Blueprint("bare_pages", __name__)

    @pages.get("/bare")
    def bare() -> str:
        return ""

    with pytest.raises(RuntimeError, match=r"bare_pages\.bare"):
        create("garage", store, (), (pages,), (), "Bare", settings=settings)


def test_the_signed_in_office_sees_its_pages(browser: FlaskClient) -> None:
    answer = browser.get(f"/garage/garages/{OURS}")

    assert answer.status_code == 200
    assert "Logg ut" in answer.text


def test_a_page_asks_to_sign_in(client: FlaskClient) -> None:
    answer = client.get(f"/garage/garages/{OURS}")

    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "/membership/logg-inn" in answer.text


def test_an_expired_cookie_asks_to_sign_in_again(client: FlaskClient, token: Token) -> None:
    client.set_cookie(SESSION_COOKIE, token(ttl=timedelta(seconds=-60)))
    answer = client.get(f"/garage/garages/{OURS}")

    assert answer.status_code == 401
    assert "utløpt" in answer.text
