"""Events about contacts to rows; the persons themselves are not among them."""

from __future__ import annotations

from typing import Any

from services.membership.contacts.tables import contact_rows
from services.membership.contract import ContactAppointed, ContactErased, ContactRemoved
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_contact_appointed(row: Row | None, recorded: Recorded[ContactAppointed]) -> Row:
    """A term begins."""
    stood, event = _begun(row, recorded), recorded.event
    term = {
        "role": event.role,
        "group_id": event.group_id,
        "valid_from": event.valid_from.isoformat(),
        "valid_to": event.valid_to.isoformat() if event.valid_to else None,
    }
    return stood | {"terms": [*stood["terms"], term]}


def on_contact_removed(row: Row | None, recorded: Recorded[ContactRemoved]) -> Row:
    """Terms of the role end by the day; one that would end before it begins is none."""
    stood, event = _begun(row, recorded), recorded.event
    end = event.valid_to.isoformat()
    terms = [
        term | {"valid_to": end}
        if (term["role"], term["group_id"]) == (event.role, event.group_id)
        and (term["valid_to"] is None or term["valid_to"] > end)
        else term
        for term in stood["terms"]
    ]
    kept = [term for term in terms if term["valid_to"] is None or term["valid_from"] < term["valid_to"]]
    return stood | {"terms": kept}


def on_contact_erased(row: Row | None, recorded: Recorded[ContactErased]) -> Row:
    """The person is gone, the terms stay without a name."""
    return _begun(row, recorded) | {"erased": True}


def _begun(row: Row | None, recorded: Recorded[Any]) -> Row:
    stood = row or {
        "municipality_id": recorded.event.municipality_id,
        "contact_id": recorded.event.contact_id,
        "terms": [],
        "erased": False,
    }
    return stood | {"version": recorded.version, "example": recorded.example}


CONTACTS = Projection(
    table=contact_rows,
    on={
        ContactAppointed: on_contact_appointed,
        ContactRemoved: on_contact_removed,
        ContactErased: on_contact_erased,
    },
)
