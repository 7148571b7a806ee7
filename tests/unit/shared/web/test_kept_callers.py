"""An answer is given again only to who got it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from jwt.algorithms import OKPAlgorithm

from shared.eventstore import Store
from shared.settings import Issuer, Settings
from shared.web.issuers import TokenExpiredError, TrustedIssuers, Verified
from tests.support.parking_office import (
    OURS,
    PLACE,
    THEIRS,
    bearer,
    code,
    open_office,
    watched,
)

Headers = dict[str, str]
Token = Callable[..., str]


@pytest.mark.parametrize(
    "other",
    [
        {"scopes": ("garage:read",)},
        {"actor": "client/other"},
        {"actor": f"municipality/{OURS}", "municipality_id": OURS},
    ],
)
def test_another_caller_gets_an_answer_of_their_own(
    client: FlaskClient, token: Token, looked_up: list[str], other: dict[str, Any]
) -> None:
    asking_too = bearer(token(*other.pop("scopes", ()), **other))
    client.get("/garage/v1/who", headers=asking_too)  # and is known from then on
    client.get(PLACE, headers=bearer(token()))
    client.get(PLACE, headers=asking_too)

    assert looked_up == ["7", "7"]


@pytest.mark.parametrize("claim", ["client_id", "sub"])
def test_two_clients_of_one_subject_are_two_callers_and_two_subjects_of_one_client(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    key = Ed25519PrivateKey.generate()
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)]}))
    outside = Issuer(issuer="https://issuer.example", jwks=str(file), algorithms=("EdDSA",))
    app = open_office(store, replace(settings, issuers=(outside,)))
    looked_up = watched(app, monkeypatch)
    told = {"iss": outside.issuer, "sub": "x", "client_id": "x", "scope": "garage:read"}
    held = told | {"exp": int(time.time()) + 60}
    tokens = [jwt.encode(held | {claim: name}, key, algorithm="EdDSA") for name in ("one", "other")]
    for path in ("/garage/v1/who", PLACE):
        for token in tokens:
            app.test_client().get(path, headers=bearer(token))

    assert looked_up == ["7", "7"]


def test_who_may_not_read_it_is_not_given_it(client: FlaskClient, municipality: Headers, tag: str) -> None:
    client.get(PLACE, headers=municipality)

    assert code(client.get(PLACE)) == (401, "token-missing")
    assert code(client.get(PLACE, headers=bearer("x"))) == (401, "token-invalid")
    theirs = client.get(PLACE.replace(OURS, THEIRS), headers=municipality)
    assert code(theirs) == (403, "other-municipality")


def test_whose_token_holds_no_longer_is_not_given_it(
    client: FlaskClient, office: Headers, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(_issuers: TrustedIssuers, _token: str) -> NoReturn:
        raise TokenExpiredError("The token has expired.")

    monkeypatch.setattr(Verified, "holds", lambda _: False)
    monkeypatch.setattr(TrustedIssuers, "verify", expired)

    assert code(client.get(PLACE, headers=office)) == (401, "token-expired")
