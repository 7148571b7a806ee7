"""Whom an issuer outside lets in, and no further than it was told to."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.eventstore import Store
from shared.settings import Issuer, Settings
from tests.support.parking_office import OURS, bearer, code, open_office

READ = f"/garage/v1/garages/{OURS}/rentals/7"
WRITE = f"/garage/v1/garages/{OURS}/rentals"
RENT = {"place": "7", "car": "red"}
Headers = dict[str, str]
Token = Callable[..., str]


RSA = rsa.generate_private_key(65537, 2048)


P256 = ec.generate_private_key(ec.SECP256R1())


ED25519 = Ed25519PrivateKey.generate()


OUTSIDE = "https://issuer.example"


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


def test_a_token_that_never_expires_is_refused(store: Store, settings: Settings, tmp_path: Path) -> None:
    client = with_issuer(store, settings, tmp_path)
    told = {"iss": OUTSIDE, "scope": "garage:read"}
    eternal = jwt.encode(told, RSA, algorithm="RS256", headers={"kid": "rsa"})

    assert code(client.get("/garage/v1/who", headers=bearer(eternal))) == (401, "token-invalid")


def test_an_issuer_that_is_not_on_the_list_is_refused(client: FlaskClient) -> None:
    assert code(client.get("/garage/v1/who", headers=bearer(outside_token()))) == (401, "token-invalid")


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
