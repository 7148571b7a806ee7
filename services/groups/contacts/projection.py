"""Events of membership about contact persons to what groups knows of them."""

from __future__ import annotations

from typing import Any

from services.groups.contacts.tables import known_contacts
from services.membership.contract import ContactAppointed, ContactErased, ContactRemoved
from shared.clock import day_of
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_appointed(row: Row | None, recorded: Recorded[ContactAppointed]) -> Row:
    """The contact holds a role more; the same role anew takes the place of its old dates."""
    event = recorded.event
    before = _contact(row, recorded)
    role = {
        "role": event.role,
        "group_id": event.group_id,
        "valid_from": event.valid_from.isoformat(),
        "valid_to": event.valid_to.isoformat() if event.valid_to else None,
    }
    return before | {"roles": [*_others(before, event), role]}


def on_removed(row: Row | None, recorded: Recorded[ContactRemoved]) -> Row:
    """The role ends on a date."""
    event = recorded.event
    before = _contact(row, recorded)
    ended = [
        held | {"valid_to": event.valid_to.isoformat()}
        for held in before["roles"]
        if (held["role"], held["group_id"]) == (event.role, event.group_id)
    ]
    return before | {"roles": [*_others(before, event), *ended]}


def on_erased(row: Row | None, recorded: Recorded[ContactErased]) -> Row:
    """The person is gone; the id stays as a trace."""
    return _contact(row, recorded) | {"roles": [], "erased_on": day_of(recorded.recorded_at)}


def _contact(row: Row | None, recorded: Recorded[Any]) -> Row:
    return row or {
        "municipality_id": recorded.event.municipality_id,
        "contact_id": recorded.event.contact_id,
        "roles": [],
        "erased_on": None,
    }


def _others(row: Row, event: ContactAppointed | ContactRemoved) -> list[dict[str, Any]]:
    return [held for held in row["roles"] if (held["role"], held["group_id"]) != (event.role, event.group_id)]


CONTACTS = Projection(
    table=known_contacts,
    on={ContactAppointed: on_appointed, ContactRemoved: on_removed, ContactErased: on_erased},
)
