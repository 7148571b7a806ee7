"""Nobody gets in whom no trusted issuer let in, and nobody further than the scopes go."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.eventstore import Store
from shared.settings import Issuer, Settings
from shared.web.access import SESSION_COOKIE
from shared.web.app import create
from shared.web.tokens import AUDIENCE, BuiltinIssuer
from tests.support.parking_office import OURS, THEIRS, open_office

READ = f"/garage/v1/garages/{OURS}/rentals/7"
WRITE = f"/garage/v1/garages/{OURS}/rentals"
RENT = {"place": "7", "car": "red"}
Headers = dict[str, str]
Token = Callable[..., str]

RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())
ED25519 = Ed25519PrivateKey.generate()
OUTSIDE = "https://issuer.example"


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def code(answer: Any) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["code"]


def outside_token(key: Any = RSA, algorithm: str = "RS256", kid: str = "rsa", **claims: Any) -> str:
    told = {
        "iss": OUTSIDE,
        "scope": "garage:read garage:write",
        "exp": int(time.time()) + 60,
        "client_id": "robot",
    }
    return jwt.encode({**told, **claims}, key, algorithm=algorithm, headers={"kid": kid})


def with_issuer(store: Store, settings: Settings, tmp_path: Path, **choices: Any) -> FlaskClient:
    keys = [
        {**RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True), "kid": "rsa"},
        {**ECAlgorithm.to_jwk(P256.public_key(), as_dict=True), "kid": "ec"},
        {**OKPAlgorithm.to_jwk(ED25519.public_key(), as_dict=True), "kid": "okp"},
        {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": "oct"},
    ]
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": keys}))
    issuer = Issuer(
        **{
            "issuer": OUTSIDE,
            "jwks": str(file),
            "algorithms": ("RS256", "ES256", "EdDSA"),
            **choices,
        }
    )
    return open_office(store, replace(settings, issuers=(issuer,))).test_client()


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


def test_a_token_that_never_expires_is_refused(store: Store, settings: Settings, tmp_path: Path) -> None:
    client = with_issuer(store, settings, tmp_path)
    told = {"iss": OUTSIDE, "scope": "garage:read"}
    eternal = jwt.encode(told, RSA, algorithm="RS256", headers={"kid": "rsa"})

    assert code(client.get("/garage/v1/who", headers=bearer(eternal))) == (401, "token-invalid")


def test_an_issuer_that_is_not_on_the_list_is_refused(client: FlaskClient) -> None:
    assert code(client.get("/garage/v1/who", headers=bearer(outside_token()))) == (401, "token-invalid")


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


@pytest.mark.parametrize("kid", ["rsa", "oct"])
def test_a_public_key_is_never_a_shared_secret(
    store: Store, settings: Settings, tmp_path: Path, kid: str
) -> None:
    client = with_issuer(store, settings, tmp_path)
    secret = {
        "rsa": RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "oct": b"secret-secret-secret-secret",
    }[kid]
    head = {"alg": "HS256", "typ": "JWT", "kid": kid}
    body = {"iss": OUTSIDE, "scope": "garage:read", "exp": int(time.time()) + 60}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, body)]
    from cryptography.hazmat.primitives import hashes, hmac

    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(b".".join(parts))
    forged = b".".join([*parts, base64.urlsafe_b64encode(mac.finalize()).rstrip(b"=")]).decode()

    assert code(client.get("/garage/v1/who", headers=bearer(forged))) == (401, "token-invalid")


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(RSA, "RS256", "rsa"), (P256, "ES256", "ec"), (ED25519, "EdDSA", "okp")]
)
def test_each_allowed_algorithm_lets_in(
    store: Store, settings: Settings, tmp_path: Path, key: Any, algorithm: str, kid: str
) -> None:
    client = with_issuer(store, settings, tmp_path)
    answer = client.get("/garage/v1/who", headers=bearer(outside_token(key, algorithm, kid)))

    assert answer.json == {"actor": "client/robot", "municipality_id": None}


def test_an_algorithm_that_the_issuer_does_not_use_is_refused(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    client = with_issuer(store, settings, tmp_path, algorithms=("ES256",))

    assert code(client.get("/garage/v1/who", headers=bearer(outside_token()))) == (401, "token-invalid")


def test_an_unknown_key_id_is_refused(store: Store, settings: Settings, tmp_path: Path) -> None:
    client = with_issuer(store, settings, tmp_path)

    answer = client.get("/garage/v1/who", headers=bearer(outside_token(kid="another")))
    assert code(answer) == (401, "token-invalid")


@pytest.mark.parametrize(
    ("audience", "claims", "expected"),
    [
        (None, {}, 200),
        (None, {"aud": "somebody"}, 200),
        ("us", {"aud": "us"}, 200),
        ("us", {"aud": ["us", "them"]}, 200),
        ("us", {"aud": "them"}, 401),
        ("us", {}, 401),
    ],
)
def test_an_audience_is_checked_where_the_issuer_has_one(
    store: Store,
    settings: Settings,
    tmp_path: Path,
    audience: str | None,
    claims: dict[str, Any],
    expected: int,
) -> None:
    client = with_issuer(store, settings, tmp_path, audience=audience)
    answer = client.get("/garage/v1/who", headers=bearer(outside_token(**claims)))

    assert answer.status_code == expected


def test_an_issuer_outside_cannot_name_the_office(store: Store, settings: Settings, tmp_path: Path) -> None:
    client = with_issuer(store, settings, tmp_path)
    told = bearer(outside_token(scope="garage:write office"))

    answer = client.post(f"/garage/v1/garages/{OURS}/two-rentals", json=RENT, headers=told)
    assert code(answer) == (403, "office-only")


def test_scopes_of_an_issuer_are_translated_where_a_translation_is_given(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    client = with_issuer(store, settings, tmp_path, scopes={"prefix:digi/garage": "garage:read"})
    ours = client.get("/garage/v1/who", headers=bearer(outside_token(scope="prefix:digi/garage")))
    raw = client.get("/garage/v1/who", headers=bearer(outside_token(scope="garage:read")))

    assert (ours.status_code, raw.status_code) == (200, 403)


def test_a_bound_issuer_must_name_the_municipality(store: Store, settings: Settings, tmp_path: Path) -> None:
    client = with_issuer(store, settings, tmp_path, municipality_claim="given.id", bound=True)
    named = client.get("/garage/v1/who", headers=bearer(outside_token(given={"id": OURS.upper()})))
    unnamed = client.get("/garage/v1/who", headers=bearer(outside_token()))
    misnamed = client.get("/garage/v1/who", headers=bearer(outside_token(given={"id": "5501"})))

    assert named.json == {"actor": f"municipality/{OURS}", "municipality_id": OURS}
    assert code(unnamed) == code(misnamed) == (401, "token-invalid")


def test_events_never_name_the_person_behind_a_foreign_token(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    client = with_issuer(store, settings, tmp_path)
    answer = client.get("/garage/v1/who", headers=bearer(outside_token(sub="Kari Nordmann", client_id="Å Ø")))

    assert answer.json is not None
    assert answer.json["actor"].startswith("client/")
    assert "Kari" not in answer.json["actor"]


def test_keys_that_cannot_be_read_are_our_trouble_not_the_callers(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    client = with_issuer(store, settings, tmp_path, jwks=str(tmp_path / "gone.json"))

    assert code(client.get("/garage/v1/who", headers=bearer(outside_token()))) == (503, "issuer-unreachable")


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
