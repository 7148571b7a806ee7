"""Who presents a token, and what that lets them see; a token is checked once for as long as it would hold."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import RequestError
from shared.settings import Issuer
from shared.web.issuers import TokenInvalidError, TrustedIssuers, Verified
from shared.web.tokens import OFFICE

MOST_KNOWN = 2048
"""Tokens that a process knows at most; then it begins anew."""

_CLIENT_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class OtherMunicipality(RequestError):
    """The token is bound to one municipality, and this belongs to another (decision 16)."""

    code = "other-municipality"
    status = 403
    nb = "Dette hører til en annen kommune."


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks. `municipality_id` is None for the office and for clients that are not bound.

    `actor` is what events name: a role or a client, never a person. `id` tells callers
    apart without saying who they are. `token` is passed on to neighbour services.
    """

    id: str
    actor: str
    scopes: frozenset[str]
    municipality_id: str | None
    token: str

    @property
    def is_office(self) -> bool:
        """Whether the network office asks."""
        return OFFICE in self.scopes and self.municipality_id is None

    def must_own(self, municipality_id: object) -> None:
        """Raise `OtherMunicipality` when the caller is bound to another municipality."""
        if self.municipality_id is not None and self.municipality_id != str(municipality_id):
            raise OtherMunicipality("This belongs to another municipality than the token's.")


class Callers:
    """Whom the tokens of one installation's trusted issuers name."""

    def __init__(self, issuers: TrustedIssuers) -> None:
        """Nobody is known yet."""
        self._issuers = issuers
        self._known: dict[str, tuple[Verified, Caller]] = {}

    def of(self, token: str) -> Caller:
        """Who presents `token`; raises `TokenInvalidError`."""
        known = self.known(token)
        if known is not None:
            return known
        verified = self._issuers.verify(token)
        found = _named(verified.issuer, verified.claims, token)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[token] = (verified, found)
        return found

    def known(self, token: str) -> Caller | None:
        """The same where these very bytes were found good and would be found good again now, else None."""
        verified, found = self._known.get(token, (None, None))
        if verified is None or verified.holds():
            return found
        self._known.pop(token, None)
        return None


def _named(issuer: Issuer, claims: Mapping[str, Any], token: str) -> Caller:
    municipality_id = _municipality(issuer, claims)
    scopes = _scopes(issuer, claims)
    identity = hashlib.sha256(
        f"{issuer.issuer}\x1f{claims.get('sub')}\x1f{municipality_id}".encode()
    ).hexdigest()
    return Caller(
        id=identity,
        actor=_actor(claims, scopes, municipality_id, identity),
        scopes=scopes,
        municipality_id=municipality_id,
        token=token,
    )


def _municipality(issuer: Issuer, claims: Mapping[str, Any]) -> str | None:
    value: Any = claims
    for name in issuer.municipality_claim.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        if issuer.bound:
            raise TokenInvalidError("Tokens of this issuer must name a municipality.")
        return None
    try:
        return str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError) as error:
        raise TokenInvalidError("The token names a municipality by something else than our id.") from error


def _scopes(issuer: Issuer, claims: Mapping[str, Any]) -> frozenset[str]:
    claimed = claims.get("scope", "")
    if not isinstance(claimed, str):
        raise TokenInvalidError("The token's scope must be text.")
    scopes = set(claimed.split())
    if issuer.scopes is not None:
        scopes = {issuer.scopes[scope] for scope in scopes if scope in issuer.scopes}
    return frozenset(scopes if issuer.office else scopes - {OFFICE})


def _actor(
    claims: Mapping[str, Any], scopes: frozenset[str], municipality_id: str | None, identity: str
) -> str:
    if municipality_id is not None:
        return f"municipality/{municipality_id}"
    if OFFICE in scopes:
        return "office"
    # `sub` may point to a person, so of foreign tokens only the client's name is taken.
    name = claims.get("client_id")
    if name is None and str(claims.get("sub")).startswith("client/"):
        name = str(claims["sub"]).removeprefix("client/")
    usable = isinstance(name, str) and _CLIENT_NAME.fullmatch(name)
    return f"client/{name if usable else identity[:16]}"
