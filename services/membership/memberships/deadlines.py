"""How long before a deadline it is spoken of: a setting of the network."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from shared import typed


class Deadlines(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days before the deadline, for the council's answer and for the end of a version.

    No source gives these; they are assumed.
    """

    reply: tuple[int, ...] = (60, 14, 3)
    expiry: tuple[int, ...] = (60, 14, 3)


def deadlines(folder: Path) -> Deadlines:
    """What the network's `network.toml` says under `[deadlines]`, else the assumed days."""
    told = tomllib.loads((folder / "network.toml").read_text(encoding="utf-8"))
    return typed.convert(told.get("deadlines", {}), Deadlines)
