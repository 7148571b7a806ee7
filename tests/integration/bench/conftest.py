"""A membership service for what the bench does to one."""

from __future__ import annotations

from tests.support.membership_suite import app, office, settings, store

__all__ = ["app", "office", "settings", "store"]
