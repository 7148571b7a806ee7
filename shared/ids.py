"""Identifiers: time-ordered random ones, and ones that follow from their cause."""

from __future__ import annotations

import uuid

import uuid_utils

_SUITE = uuid.UUID("6f1a2c54-6c0a-5a33-9b62-0d3b1b0b7c11")


def new_id() -> str:
    """A fresh id, ordered by time so that indexes on it stay compact."""
    return str(uuid_utils.uuid7())


def derived_id(*parts: str) -> str:
    """The id that follows from `parts`: the same cause always gives the same id."""
    return str(uuid.uuid5(_SUITE, "\x1f".join(parts)))
