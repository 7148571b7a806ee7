"""Door to the stored truth: the events of groups and the read models kept in step with them."""

from __future__ import annotations

from services.groups import contract
from services.groups.choices.projection import CHOICES
from services.groups.groups.projection import GROUPS
from services.groups.seats.policy import SEATS_FOLLOW
from services.groups.seats.projection import SEAT_TERMS, SEATS
from shared import opening
from shared.eventstore import Store
from shared.reactions import Rule
from shared.readmodels import Projection
from shared.settings import Settings

OWN: tuple[Projection, ...] = (GROUPS, SEATS, SEAT_TERMS, CHOICES)
"""Read models of own events, written in the transaction of the command."""

RULES: tuple[Rule, ...] = (SEATS_FOLLOW,)
"""What a date brings."""


def open_store(settings: Settings) -> Store:
    """The store of groups as the settings place it."""
    return opening.open_store(settings, contract.SERVICE, contract.EVENTS, OWN)
