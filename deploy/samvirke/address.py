"""Where the suite of a data folder is reached: left there while it runs, for commands that print links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.settings import Settings

_SETTINGS = ("SAMVIRKE_URL", "PORT")


@contextmanager
def left(settings: Settings) -> Iterator[None]:
    """The address of `settings` stands in the data folder for as long as this lasts."""
    file = _file(settings)
    file.write_text(settings.url, encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def address(settings: Settings) -> str:
    """What links begin with: as set, else as the running suite has left it, else the usual."""
    if any(os.environ.get(name) for name in _SETTINGS):
        return settings.url
    try:
        return _file(settings).read_text(encoding="utf-8") or settings.url
    except FileNotFoundError:
        return settings.url


def _file(settings: Settings) -> Path:
    return settings.data / "address"
