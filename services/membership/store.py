"""Door to the stored truth: the events of membership and the read models kept in step with them."""

from __future__ import annotations

from services.membership import contract
from services.membership.agreements.projection import AGREEMENT_VERSIONS
from services.membership.contacts.projection import CONTACTS
from services.membership.memberships.deadlines import deadlines
from services.membership.memberships.policy import rules
from services.membership.memberships.projection import CEASED, MEMBERSHIPS
from services.membership.municipalities.network_files import folder
from services.membership.municipalities.projection import municipality_register
from services.membership.population.projection import population_register
from shared import opening
from shared.eventstore import Store
from shared.reactions import Rule
from shared.readmodels import Projection
from shared.settings import Settings

OWN: tuple[Projection, ...] = (
    municipality_register,
    population_register,
    AGREEMENT_VERSIONS,
    MEMBERSHIPS,
    CEASED,
    CONTACTS,
)
"""Read models of own events, written in the transaction of the command."""

RULES: tuple[Rule, ...] = rules(lambda: deadlines(folder()))
"""What a date brings."""


def open_store(settings: Settings) -> Store:
    """The store of membership as the settings place it."""
    return opening.open_store(settings, contract.SERVICE, contract.EVENTS, OWN)
