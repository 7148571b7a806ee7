"""A membership service on a fresh SQLite file."""

from __future__ import annotations

from tests.support.membership_suite import app, first_network, load, office, settings, store

__all__ = ["app", "first_network", "load", "office", "settings", "store"]
