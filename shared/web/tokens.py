"""The built-in issuer: signs access tokens with a key of this installation."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared import ids
from shared.settings import Settings
from shared.web.keys import kept

AUDIENCE = "samvirke"
OFFICE = "office"
"""The scope of the network office; `requires(..., office=True)` asks for it."""


@dataclass(frozen=True)
class BuiltinIssuer:
    """Signs for one installation; its key is made at first use and never leaves `folder`."""

    name: str
    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> BuiltinIssuer:
        """The issuer of the installation that `settings` describe."""
        # Not the address: a token stays valid when the installation moves to another one.
        return cls(f"urn:samvirke:{settings.network}", settings.keys)

    def issue(
        self,
        scopes: Iterable[str],
        *,
        actor: str,
        ttl: timedelta,
        municipality_id: str | None = None,
    ) -> str:
        """A token that carries `scopes` for `ttl`.

        `actor` is `office`, `municipality/<uuid>` or `client/<name>`, never a person.
        `municipality_id` binds the token to one municipality. Lifetimes are counted on the
        machine's own clock, which an example installation never moves.
        """
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": actor,
            "scope": " ".join(sorted(set(scopes))),
            "iat": now,
            "exp": now + int(ttl.total_seconds()),
            "jti": ids.new_id(),
        }
        if municipality_id is not None:
            claims["municipality"] = municipality_id
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._key_id})

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK Set (RFC 7517)."""
        return {"keys": [{**_public_jwk(self._public), "kid": self._key_id, "use": "sig", "alg": "EdDSA"}]}

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        key = load_pem_private_key(kept(self.folder / "issuer.pem", _new_key), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            message = f"{self.folder / 'issuer.pem'} must hold an Ed25519 key."
            raise TypeError(message)
        return key

    @property
    def _public(self) -> Ed25519PublicKey:
        return self._key.public_key()

    @cached_property
    def _key_id(self) -> str:
        """The key's thumbprint (RFC 7638): members in alphabetical order, no blanks."""
        canonical = json.dumps(_public_jwk(self._public), sort_keys=True, separators=(",", ":"))
        return _base64url(hashlib.sha256(canonical.encode()).digest())


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
