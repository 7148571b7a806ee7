"""Who may be let in by a one-time link, for how long, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared.errors import Refused

OFFICE = "office"

LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=8)

_SERVICES = ("membership", "fees", "groups", "notifications")


class SignInLinkInvalid(Refused):
    """The link was used before, is too old, or was never given out; which of them is not told."""

    code = "sign-in-link-invalid"
    status = 410
    nb = "Lenken er brukt, utløpt eller feil. Be om en ny."


class SignInSwitchedOff(Refused):
    """The installation's own issuer is switched off, so nobody signs in by a link."""

    code = "sign-in-switched-off"
    nb = "Innlogging med lenke er slått av her."


@dataclass(frozen=True)
class Visitor:
    """Who signs in: the network office, or somebody on behalf of one municipality."""

    municipality_id: str | None = None

    @property
    def actor(self) -> str:
        """What events name; no person."""
        return OFFICE if self.municipality_id is None else f"municipality/{self.municipality_id}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Reading and writing in every service; a municipality's token is bound to its own."""
        scopes = tuple(f"{service}:{deed}" for service in _SERVICES for deed in ("read", "write"))
        return (*scopes, OFFICE) if self.municipality_id is None else scopes

    @property
    def start(self) -> str:
        """The page that opens after signing in."""
        return (
            "/membership/" if self.municipality_id is None else f"/membership/kommuner/{self.municipality_id}"
        )
