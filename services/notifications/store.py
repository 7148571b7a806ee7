"""Wiring: what notifications stores, and the read models kept in step with it."""

from __future__ import annotations

from services.notifications import contract
from services.notifications.languages.projection import LANGUAGES
from services.notifications.notices.projection import NOTICES
from shared import opening
from shared.eventstore import Store
from shared.reactions import Rule
from shared.readmodels import Projection
from shared.settings import Settings

OWN: tuple[Projection, ...] = (NOTICES, LANGUAGES)
"""Read models of own events."""

RULES: tuple[Rule, ...] = ()
"""What time brings here: nothing, deadlines are membership's."""


def open_store(settings: Settings) -> Store:
    """The store of notifications; its database must have been migrated."""
    return opening.open_store(settings, contract.SERVICE, contract.EVENTS, OWN)
