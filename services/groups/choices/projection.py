"""Sent forms to one row each."""

from __future__ import annotations

from services.groups.choices.tables import group_choices
from services.groups.contract import GroupsChosen
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_groups_chosen(_: Row | None, recorded: Recorded[GroupsChosen]) -> Row:
    """A form was sent."""
    event = recorded.event
    return {
        "choice_id": event.choice_id,
        "municipality_id": event.municipality_id,
        "contact_id": event.contact_id,
        "role": event.role,
        "group_ids": list(event.group_ids),
        "chosen_on": event.chosen_on,
        "effective_from": event.effective_from,
        "example": recorded.example,
    }


CHOICES = Projection(table=group_choices, on={GroupsChosen: on_groups_chosen})
