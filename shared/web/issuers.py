"""Who may say who somebody is: trusted issuers, their keys, and the check of a token."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import jwt
import urllib3

from shared.errors import RequestError, Unavailable
from shared.settings import Issuer, Settings
from shared.web.tokens import AUDIENCE, BuiltinIssuer

LEEWAY = 10
"""Seconds that two clocks may differ (Maskinporten allows the same)."""

_FRESH = 24 * 3600.0
_REFETCH = 60.0
_ALGORITHMS = {"RSA": ("RS256", "RS384", "RS512"), "EC": ("ES256",), "OKP": ("EdDSA",)}
_LONGEST_TOKEN = 8192


class TokenInvalidError(RequestError):
    """The bearer token is not one that an issuer on our list gave and that holds now."""

    code = "token-invalid"
    status = 401
    nb = "Innloggingen gjelder ikke. Logg inn på nytt."
    headers: ClassVar = {"WWW-Authenticate": 'Bearer realm="samvirke", error="invalid_token"'}


class TokenExpiredError(TokenInvalidError):
    """The bearer token was good, and its time is over."""

    code = "token-expired"
    nb = "Innloggingen er utløpt. Logg inn på nytt."


class IssuerUnreachableError(Unavailable):
    """The keys of an issuer outside this installation cannot be fetched for the moment."""

    code = "issuer-unreachable"


@dataclass
class _Keys:
    """The keys of one issuer; `fetch` is asked again daily, and for an unknown key id."""

    fetch: Callable[[], Mapping[str, Any]]
    lock: threading.Lock = field(default_factory=threading.Lock)
    fetched_at: float | None = None
    by_id: dict[str | None, jwt.PyJWK] = field(default_factory=dict)

    def find(self, key_id: str | None) -> jwt.PyJWK | None:
        with self.lock:
            age = _REFETCH + _FRESH if self.fetched_at is None else time.monotonic() - self.fetched_at
            # An unknown id asks again at most once a minute, so that made-up ids cost nothing.
            if age > _FRESH or (self._known(key_id) is None and age > _REFETCH):
                self.by_id = _usable(self.fetch())
                self.fetched_at = time.monotonic()
            return self._known(key_id)

    def _known(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self.by_id) == 1:
            return next(iter(self.by_id.values()))
        return self.by_id.get(key_id)


@dataclass(frozen=True, eq=False)
class Verified:
    """A token that was found good, by which key of whom; `holds` as long as it would be found good again."""

    issuer: Issuer
    claims: Mapping[str, Any]
    key_id: str | None
    key: jwt.PyJWK
    keys: _Keys

    def holds(self) -> bool:
        """Whether its time is not over and its issuer still has that very key; fetches keys when `verify` would."""
        return time.time() < int(self.claims["exp"]) + LEEWAY and self.keys.find(self.key_id) is self.key


class TrustedIssuers:
    """The list of issuers of one installation; what is not on it is refused."""

    def __init__(self, settings: Settings) -> None:
        """The built-in issuer stands first, unless it is switched off."""
        self._issuers: dict[str, tuple[Issuer, _Keys]] = {}
        if settings.builtin_issuer:
            builtin = BuiltinIssuer.of(settings)
            own = Issuer(issuer=builtin.name, jwks="", algorithms=("EdDSA",), audience=AUDIENCE, office=True)
            self._issuers[own.issuer] = (own, _Keys(builtin.jwks))
        for issuer in settings.issuers:
            self._issuers.setdefault(issuer.issuer, (issuer, _Keys(_source(issuer.jwks))))

    def verify(self, token: str) -> Verified:
        """Issuer and claims of a token that holds now; raises `TokenInvalidError`.

        The key's own type decides which algorithms may check it, never the token: a public
        key is thus never taken for a shared secret, and `none` is no algorithm at all.
        """
        issuer, keys, header = self._named_by(token)
        key_id = _text_or_none(header.get("kid"))
        key = keys.find(key_id)
        if key is None:
            raise TokenInvalidError("The token names no key of its issuer.")
        allowed = [name for name in issuer.algorithms if name in _ALGORITHMS.get(key.key_type or "", ())]
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=allowed,
                issuer=issuer.issuer,
                audience=issuer.audience,
                leeway=LEEWAY,
                options={"require": ["exp", "iss"], "verify_aud": issuer.audience is not None},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpiredError("The token has expired.") from error
        except jwt.PyJWTError as error:
            raise TokenInvalidError("The token is not valid.") from error
        return Verified(issuer, claims, key_id, key, keys)

    def _named_by(self, token: str) -> tuple[Issuer, _Keys, Mapping[str, Any]]:
        """Whose token it says it is; nothing of it is believed yet."""
        if len(token) > _LONGEST_TOKEN:
            raise TokenInvalidError("The token is too long.")
        try:
            header = jwt.get_unverified_header(token)
            name = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except (jwt.PyJWTError, RecursionError, ValueError) as error:
            raise TokenInvalidError("The token is not a signed JWT.") from error
        found = self._issuers.get(name) if isinstance(name, str) else None
        if found is None:
            raise TokenInvalidError("The token's issuer is not on the list of trusted ones.")
        return (*found, header)


def _source(jwks: str) -> Callable[[], Mapping[str, Any]]:
    return lambda: _fetched(jwks) if urlsplit(jwks).scheme in ("http", "https") else _read(Path(jwks))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise IssuerUnreachableError("The key file of the token's issuer cannot be read.") from error
    return document


def _fetched(address: str) -> Mapping[str, Any]:
    try:
        response = urllib3.request("GET", address, timeout=2.0, retries=False, redirect=False)
        document: Mapping[str, Any] = response.json()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise IssuerUnreachableError("The keys of the token's issuer cannot be fetched.") from error
    if response.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise IssuerUnreachableError("The keys of the token's issuer cannot be fetched.")
    return document


def _usable(document: Mapping[str, Any]) -> dict[str | None, jwt.PyJWK]:
    """The signature keys of a JWK Set by id; keys of kinds that we do not use are left out."""
    keys = document.get("keys")
    if not isinstance(keys, list):
        raise IssuerUnreachableError("The keys of the token's issuer are not a JWK Set.")
    return {_text_or_none(entry.get("kid")): jwt.PyJWK(entry) for entry in _signing(keys)}


def _signing(keys: Iterable[Any]) -> Iterable[dict[str, Any]]:
    curves = {"EC": "P-256", "OKP": "Ed25519"}
    for entry in keys:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        kind = entry.get("kty")
        if kind in _ALGORITHMS and entry.get("crv") == curves.get(kind):
            yield entry


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
