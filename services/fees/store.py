"""Door to the stored truth: the events of fees and the read models kept in step with them."""

from __future__ import annotations

from services.fees import contract
from services.fees.fees.policy import KEEP_IN_STEP
from services.fees.fees.projection import FEES
from services.fees.grants.projection import GRANTS
from services.fees.schedules.projection import SCHEDULES
from shared import opening
from shared.eventstore import Store
from shared.reactions import Rule
from shared.readmodels import Projection
from shared.settings import Settings

OWN: tuple[Projection, ...] = (SCHEDULES, GRANTS, FEES)
"""Read models of own events, written in the transaction of the command."""

RULES: tuple[Rule, ...] = (KEEP_IN_STEP,)
"""What a date brings."""


def open_store(settings: Settings) -> Store:
    """The store of fees as the settings place it."""
    return opening.open_store(settings, contract.SERVICE, contract.EVENTS, OWN)
