"""Small facts that stand in files of the network's folder: county names, starts of names."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from shared.opening import NETWORKS
from shared.settings import Settings

NamesSince = Mapping[tuple[str, str], date]
"""From which day an official name holds, by organisation number and language (`se`, `fkv`)."""


def folder() -> Path:
    """The folder of the network that this installation runs for."""
    return NETWORKS / Settings.from_environment().network


@lru_cache
def county_names(network: Path) -> Mapping[str, str]:
    """Names of counties by their number (`counties.csv`: `number,name`), none without the file."""
    return {row["number"]: row["name"] for row in _rows(network / "counties.csv")}


@lru_cache
def names_since(network: Path) -> NamesSince:
    """Starts of names (`names_since.csv`: `orgnr,language,since`), none without the file.

    A register file holds the names of the day it was made; this tells which of them are
    younger than the municipality.
    """
    rows = _rows(network / "names_since.csv")
    return {(row["orgnr"], row["language"]): date.fromisoformat(row["since"]) for row in rows}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
