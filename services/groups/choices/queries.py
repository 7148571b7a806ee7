"""What a municipality has signed up for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from services.groups.choices.tables import group_choices
from shared.readmodels import Row


def choices_of(connection: Connection, *municipality_ids: str) -> list[Row]:
    """Every form that the municipality, or several, have sent, oldest first."""
    query = (
        select(group_choices)
        .where(group_choices.c.municipality_id.in_(municipality_ids))
        .order_by(group_choices.c.chosen_on, group_choices.c.choice_id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def signed_up_for(connection: Connection, group_id: str) -> set[str]:
    """The municipalities that have ever signed up for the group."""
    query = select(group_choices.c.municipality_id, group_choices.c.group_ids)
    return {municipality_id for municipality_id, chosen in connection.execute(query) if group_id in chosen}
