"""Events of groups to what notifications knows of a body or group."""

from __future__ import annotations

from services.groups.contract import GroupCorrected, GroupEstablished
from services.notifications.groups.tables import known_groups
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_group_established(row: Row | None, recorded: Recorded[GroupEstablished]) -> Row:  # noqa: ARG001  # a fold's shape
    """The group is known by name."""
    event = recorded.event
    return {
        "group_id": event.group_id,
        "name": event.name,
        "seat_kind": event.seat_kind,
        "example": recorded.example,
    }


def on_group_corrected(row: Row | None, recorded: Recorded[GroupCorrected]) -> Row | None:
    """The name was recorded wrongly; dates are not kept here."""
    event = recorded.event
    if row is None or event.fact != "name" or event.new_value is None:
        return row
    return row | {"name": event.new_value}


GROUPS = Projection(
    table=known_groups,
    on={GroupEstablished: on_group_established, GroupCorrected: on_group_corrected},
)
