"""A token is checked once, and yet holds no longer than if it were checked every time."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest

from shared.settings import Issuer, Settings
from shared.web import callers
from shared.web.callers import Callers
from shared.web.issuers import LEEWAY, TokenInvalidError, TrustedIssuers, Verified
from shared.web.tokens import BuiltinIssuer

OUTSIDE = "https://issuer.example"
A_DAY = 25 * 3600.0


class Counted(TrustedIssuers):
    """Trusted issuers that note every token they check."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.checked: list[str] = []

    def verify(self, token: str) -> Verified:
        self.checked.append(token)
        return super().verify(token)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "jwks.json"


@pytest.fixture
def issuers(tmp_path: Path, key_file: Path) -> Counted:
    issuer = Issuer(issuer=OUTSIDE, jwks=str(key_file), algorithms=("EdDSA",))
    return Counted(Settings(data=tmp_path, issuers=(issuer,)))


def signed(folder: Path, key_file: Path, actor: str = "client/x") -> str:
    """A token of the issuer outside, whose key lies in `folder` and is the only one in `key_file`."""
    elsewhere = BuiltinIssuer(OUTSIDE, folder)
    key_file.write_text(json.dumps(elsewhere.jwks()))
    return elsewhere.issue(["garage:read"], actor=actor, ttl=timedelta(hours=48))


def test_a_token_is_checked_once(tmp_path: Path, key_file: Path, issuers: Counted) -> None:
    token, asking = signed(tmp_path / "keys", key_file), Callers(issuers)

    assert asking.of(token) == asking.of(token) == asking.known(token)
    assert issuers.checked == [token]


def test_nobody_is_known_whose_token_was_not_checked(
    tmp_path: Path, key_file: Path, issuers: Counted
) -> None:
    token, asking = signed(tmp_path / "keys", key_file), Callers(issuers)
    asking.of(token)

    assert asking.known(token[:-1]) is None
    with pytest.raises(TokenInvalidError):
        asking.of(f"{token}x")


def test_a_known_token_ends_when_its_time_is_over(
    tmp_path: Path, issuers: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = BuiltinIssuer.of(Settings(data=tmp_path)).issue(["x"], actor="office", ttl=timedelta(hours=1))
    asking = Callers(issuers)
    asking.of(issued)
    ended = time.time() + 3600 + LEEWAY
    monkeypatch.setattr(time, "time", lambda: ended)

    assert asking.known(issued) is None


def test_a_known_token_ends_when_its_issuer_gives_up_the_key(
    tmp_path: Path, key_file: Path, issuers: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, asking = signed(tmp_path / "keys", key_file), Callers(issuers)
    asking.of(token)
    newer = signed(tmp_path / "other keys", key_file)
    tomorrow = time.monotonic() + A_DAY
    monkeypatch.setattr(time, "monotonic", lambda: tomorrow)

    with pytest.raises(TokenInvalidError):
        asking.of(token)
    assert asking.of(newer).actor == "client/x"


def test_so_many_are_known_at_most(
    tmp_path: Path, key_file: Path, issuers: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "MOST_KNOWN", 2)
    asking = Callers(issuers)
    tokens = [signed(tmp_path / "keys", key_file, f"client/{number}") for number in range(3)]
    for token in tokens:
        asking.of(token)

    assert [asking.known(token) is not None for token in tokens] == [False, False, True]
