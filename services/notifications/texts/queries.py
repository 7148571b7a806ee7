"""The templates that there are: one file for each version, beside this module."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

from services.notifications.texts.domain import Template
from shared import typed

_FOLDER = Path(__file__).parent
_FILE = re.compile(r"(?P<key>[a-z-]+)\.v(?P<version>[1-9][0-9]*)\.toml")


@functools.cache
def templates() -> dict[tuple[str, int], Template]:
    """Every version of every template, by key and version."""
    read: dict[tuple[str, int], Template] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        named = _FILE.fullmatch(path.name)
        if named is None:
            message = f"The template file {path.name} is not called key.vN.toml."
            raise ValueError(message)
        key, version = named["key"], int(named["version"])
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        read[key, version] = typed.convert(told | {"key": key, "version": version}, Template)
    return read


def newest(key: str) -> Template:
    """The version of the template that is used from now on; KeyError where there is none."""
    version = max(version for known, version in templates() if known == key)
    return templates()[key, version]
