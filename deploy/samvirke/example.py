"""The example history."""

from __future__ import annotations

from shared.settings import Settings


def is_wanted(settings: Settings) -> bool:
    return False


def load(settings: Settings) -> None:
    return None
