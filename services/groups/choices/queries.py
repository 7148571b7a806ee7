"""What a municipality has signed up for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from services.groups.choices.tables import group_choices
from shared.readmodels import Row


def choices_of(connection: Connection, municipality_id: str) -> list[Row]:
    """Every form the municipality has sent, oldest first."""
    query = (
        select(group_choices)
        .where(group_choices.c.municipality_id == municipality_id)
        .order_by(group_choices.c.chosen_on, group_choices.c.choice_id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
