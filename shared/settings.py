"""Typed settings from the environment; a bad value is one clear line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SIGNATURES = ("RS256", "RS384", "RS512", "ES256", "EdDSA")
"""Algorithms a token may be signed with: asymmetric ones only, so that a public key never signs."""


_PORTS = 65535
"""As many as TCP has."""


class BadSettingError(Exception):
    """A setting cannot be used; the message names it and says what it should be."""


class Issuer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whose tokens we trust, as an object in `SAMVIRKE_ISSUERS`.

    `jwks` is a file or an https address. `audience` is checked where it is given: ordinary
    Maskinporten tokens carry none. `municipality_claim` (a dotted path) binds a token to one
    municipality by our UUID; with `bound`, a token without it is refused. `scopes` translates
    the issuer's scopes to ours; left out, they are taken as they stand. Only with `office` may
    the issuer name the network office.
    """

    issuer: str
    jwks: str
    algorithms: tuple[str, ...] = ("RS256",)
    audience: str | None = None
    municipality_claim: str = "municipality"
    bound: bool = False
    scopes: dict[str, str] | None = None
    office: bool = False


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation may choose. Addresses carry no trailing slash.

    `kafka` None is the embedded log; `replication` counts a cluster's copies of each record. `internal_url` is where the services reach each other.
    `clock` is a file that moves the clock of an example installation. With `example`, what
    is recorded through pages and API is flagged as example.
    """

    network: str = "digitrofi"
    data: Path = Path("var")
    kafka: str | None = None
    replication: int = 1
    url: str = "http://127.0.0.1:8080"
    internal_url: str = "http://127.0.0.1:8080"
    issuers: tuple[Issuer, ...] = ()
    builtin_issuer: bool = True
    clock: Path | None = None
    port: int = 8080
    example: bool = False
    accessibility_statement: str | None = None
    databases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read every setting; raises `BadSettingError` on the first that cannot be used."""
        given = {name: value for name, value in (environment or os.environ).items() if value != ""}
        port = _port(given.get("PORT", "8080"))
        url = _address("SAMVIRKE_URL", given.get("SAMVIRKE_URL", f"http://127.0.0.1:{port}"))
        clock = given.get("SAMVIRKE_CLOCK")
        statement = given.get("SAMVIRKE_ACCESSIBILITY_STATEMENT")
        return cls(
            network=_network(given.get("SAMVIRKE_NETWORK", "digitrofi")),
            data=Path(given.get("SAMVIRKE_DATA", "./var")).absolute(),
            kafka=_brokers(given.get("SAMVIRKE_KAFKA")),
            replication=_count("SAMVIRKE_REPLICATION", given.get("SAMVIRKE_REPLICATION", "1")),
            url=url,
            internal_url=_address("SAMVIRKE_INTERNAL_URL", given.get("SAMVIRKE_INTERNAL_URL", url)),
            issuers=_issuers(given.get("SAMVIRKE_ISSUERS", "[]")),
            builtin_issuer=_switch("SAMVIRKE_BUILTIN_ISSUER", given.get("SAMVIRKE_BUILTIN_ISSUER", "on")),
            clock=Path(clock) if clock else None,
            port=port,
            example=_switch("SAMVIRKE_EXAMPLE", given.get("SAMVIRKE_EXAMPLE", "off")),
            accessibility_statement=_address("SAMVIRKE_ACCESSIBILITY_STATEMENT", statement)
            if statement
            else None,
            databases=_databases(given),
        )

    @property
    def keys(self) -> Path:
        """The folder of secrets that the processes of one installation share."""
        return self.data / "keys"

    def database(self, service: str) -> str:
        """The database address of `service`: as set, else its own SQLite file under `data`."""
        return self.databases.get(service, f"sqlite:///{self.data / service}.db")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _PORTS:
        return int(text)
    message = f"PORT must be a number from 1 to 65535, not {text!r}."
    raise BadSettingError(message)


def _count(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    message = f"{name} must be a number from 1 on, not {text!r}."
    raise BadSettingError(message)


def _network(text: str) -> str:
    # The name becomes part of a folder's path.
    if text.isascii() and text.replace("-", "").isalnum() and text == text.lower():
        return text
    message = f"SAMVIRKE_NETWORK must be lower-case letters, digits and hyphens, not {text!r}."
    raise BadSettingError(message)


def _address(name: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        usable = False
    if usable:
        return text.rstrip("/")
    message = f"{name} must be an http or https address, not {text!r}."
    raise BadSettingError(message)


def _brokers(text: str | None) -> str | None:
    if text is None or all(_is_broker(one) for one in text.split(",")):
        return text
    message = f"SAMVIRKE_KAFKA must be host:port, several separated by commas, not {text!r}."
    raise BadSettingError(message)


def _is_broker(text: str) -> bool:
    try:
        parts = urlsplit(f"//{text.strip()}")
        return bool(parts.hostname) and parts.port != 0 and parts.netloc == text.strip() and "@" not in text
    except ValueError:  # a port that is no number, or too large
        return False


def _switch(name: str, text: str) -> bool:
    if text in ("on", "off"):
        return text == "on"
    message = f"{name} must be 'on' or 'off', not {text!r}."
    raise BadSettingError(message)


def _databases(given: Mapping[str, str]) -> dict[str, str]:
    prefix = "SAMVIRKE_DATABASE_"
    found = {name: address for name, address in given.items() if name.startswith(prefix)}
    for name, address in found.items():
        # The address may hold a password, so it is not repeated in the message.
        if not address.startswith(("sqlite:///", "postgresql+psycopg://")):
            message = f"{name} must begin with sqlite:/// or postgresql+psycopg://."
            raise BadSettingError(message)
        if not _is_database(address):
            message = f"{name} cannot be read; it must be like postgresql+psycopg://user@host:port/name."
            raise BadSettingError(message)
    return {name.removeprefix(prefix).lower(): address for name, address in found.items()}


def _is_database(address: str) -> bool:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        return False
    return url.port is None or 1 <= url.port <= _PORTS


def _issuers(text: str) -> tuple[Issuer, ...]:
    try:
        issuers = msgspec.json.decode(text, type=tuple[Issuer, ...])
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        message = f"SAMVIRKE_ISSUERS must be a JSON list of trusted issuers: {error}."
        raise BadSettingError(message) from error
    for issuer in issuers:
        _check_issuer(issuer)
    names: list[Any] = [issuer.issuer for issuer in issuers]
    if len(set(names)) != len(names):
        message = "SAMVIRKE_ISSUERS names an issuer twice."
        raise BadSettingError(message)
    return issuers


def _check_issuer(issuer: Issuer) -> None:
    unknown = sorted(set(issuer.algorithms) - set(SIGNATURES))
    if unknown or not issuer.algorithms:
        message = f"SAMVIRKE_ISSUERS: algorithms of {issuer.issuer} must be of {', '.join(SIGNATURES)}."
        raise BadSettingError(message)
    if issuer.jwks.startswith("http://") and urlsplit(issuer.jwks).hostname not in ("127.0.0.1", "localhost"):
        message = f"SAMVIRKE_ISSUERS: jwks of {issuer.issuer} must be a file or an https address."
        raise BadSettingError(message)
