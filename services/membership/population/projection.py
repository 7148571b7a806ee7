"""Figures to rows: the one recorded last for a date is the one that is read."""

from __future__ import annotations

from services.membership.contract import PopulationUpdated
from services.membership.population.tables import population_figures
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_population_updated(_: Row | None, recorded: Recorded[PopulationUpdated]) -> Row:
    """A re-issued figure takes the place of the earlier one."""
    event = recorded.event
    return {
        "municipality_id": event.municipality_id,
        "as_of": event.as_of,
        "inhabitants": event.inhabitants,
        "source": event.source,
        "published_on": event.published_on,
        "replaces": event.replaces,
        "invented": event.invented,
        "recorded_at": recorded.recorded_at,
        "event_id": recorded.event_id,
        "example": recorded.example,
    }


population_register = Projection(table=population_figures, on={PopulationUpdated: on_population_updated})
