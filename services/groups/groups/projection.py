"""Events of groups to one row each."""

from __future__ import annotations

from datetime import date

from services.groups.contract import GroupArchived, GroupCorrected, GroupEstablished, MandateAdopted
from services.groups.groups.tables import network_groups
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_established(_: Row | None, recorded: Recorded[GroupEstablished]) -> Row:
    """The group is there, without a mandate yet."""
    event = recorded.event
    return {
        "group_id": event.group_id,
        "kind": event.kind,
        "name": event.name,
        "decision_rule": event.decision_rule,
        "seat_kind": event.seat_kind,
        "seats_per_municipality": event.seats_per_municipality,
        "employed_by_host": event.employed_by_host,
        "composition": list(event.composition),
        "assumed": list(event.assumed),
        "established_on": event.established_on,
        "archived_on": None,
        "mandates": [],
        "version": recorded.version,
        "example": recorded.example,
    }


def on_mandate_adopted(row: Row | None, recorded: Recorded[MandateAdopted]) -> Row | None:
    """One mandate more."""
    event = recorded.event
    mandate = {
        "mandate_version": event.mandate_version,
        "text": event.text,
        "decided_by": event.decided_by,
        "adopted_on": event.adopted_on.isoformat(),
    }
    return row and row | {"mandates": [*row["mandates"], mandate], "version": recorded.version}


def on_archived(row: Row | None, recorded: Recorded[GroupArchived]) -> Row | None:
    """The group has an end."""
    return row and row | {"archived_on": recorded.event.archived_on, "version": recorded.version}


def on_corrected(row: Row | None, recorded: Recorded[GroupCorrected]) -> Row | None:
    """A fact is put right."""
    event = recorded.event
    value: str | date | None = event.new_value
    if event.fact != "name" and event.new_value is not None:
        value = date.fromisoformat(event.new_value)
    return row and row | {event.fact: value, "version": recorded.version}


GROUPS = Projection(
    table=network_groups,
    on={
        GroupEstablished: on_established,
        MandateAdopted: on_mandate_adopted,
        GroupArchived: on_archived,
        GroupCorrected: on_corrected,
    },
)
