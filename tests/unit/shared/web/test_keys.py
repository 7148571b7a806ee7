"""Secrets are made once, kept from others, and the built-in issuer signs with its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import jwt
import pytest

from shared.settings import Issuer, Settings
from shared.web.issuers import TokenInvalidError, TrustedIssuers
from shared.web.keys import form_secret, kept
from shared.web.tokens import BuiltinIssuer


class Keys(BaseHTTPRequestHandler):
    body: ClassVar[bytes] = b""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""


@pytest.fixture
def key_server() -> Iterator[str]:
    Keys.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Keys) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/jwks"
        server.shutdown()
        thread.join()


def test_of_processes_that_make_a_secret_at_once_all_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: form_secret(tmp_path / "keys"), range(64)))

    assert len(secrets) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["forms.secret"]


def test_a_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    form_secret(tmp_path / "keys")
    BuiltinIssuer.of(Settings(data=tmp_path)).jwks()

    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {
        "forms.secret": 0o600,
        "issuer.pem": 0o600,
    }
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_secret_that_is_there_is_never_made_again(tmp_path: Path) -> None:
    kept(tmp_path / "a", lambda: b"first")

    assert kept(tmp_path / "a", lambda: b"second") == b"first"


def test_who_makes_a_secret_a_moment_later_gets_the_one_that_is_there(tmp_path: Path) -> None:
    def overtaken() -> bytes:
        assert kept(tmp_path / "a", lambda: b"first") == b"first"
        return b"second"

    assert kept(tmp_path / "a", overtaken) == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_token_of_one_process_is_good_in_every_other(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    token = BuiltinIssuer.of(settings).issue(
        ["fees:read", "membership:read"], actor="client/archive", ttl=timedelta(minutes=5)
    )
    claims = TrustedIssuers(Settings(data=tmp_path)).verify(token).claims

    assert claims["scope"] == "fees:read membership:read"
    assert claims["sub"] == "client/archive"
    assert claims["exp"] - claims["iat"] == 300
    assert "municipality" not in claims


def test_the_key_set_shows_the_public_half_only(tmp_path: Path) -> None:
    key = BuiltinIssuer.of(Settings(data=tmp_path)).jwks()["keys"][0]

    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_the_issuers_name_does_not_change_with_its_address(tmp_path: Path) -> None:
    here, there = (Settings(data=tmp_path, url=url) for url in ("http://a.example", "https://b.example"))

    assert BuiltinIssuer.of(here).name == BuiltinIssuer.of(there).name


def test_keys_are_fetched_once_and_made_up_key_ids_fetch_nothing(tmp_path: Path, key_server: str) -> None:
    elsewhere = BuiltinIssuer("https://issuer.example", tmp_path)
    Keys.body = json.dumps(elsewhere.jwks()).encode()
    issuer = Issuer(issuer="https://issuer.example", jwks=key_server, algorithms=("EdDSA",))
    trusted = TrustedIssuers(Settings(data=tmp_path / "own", issuers=(issuer,)))
    token = elsewhere.issue(["fees:read"], actor="client/x", ttl=timedelta(minutes=5))
    for _ in range(3):
        trusted.verify(token)
    made_up = jwt.encode({"iss": "https://issuer.example"}, "k" * 64, headers={"kid": "made-up"})
    for _ in range(3):
        with pytest.raises(TokenInvalidError):
            trusted.verify(made_up)

    assert Keys.asked == ["/jwks"]
