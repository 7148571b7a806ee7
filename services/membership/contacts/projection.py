"""Events about contacts to rows: one per contact, with its terms."""

from __future__ import annotations

from typing import Any

import msgspec

from services.membership.contacts.domain import Contact, ContactEvent, Term, follow
from services.membership.contacts.tables import contact_terms
from services.membership.contract import ContactAppointed, ContactErased, ContactRemoved
from shared import typed
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_contact(row: Row | None, recorded: Recorded[ContactEvent]) -> Row:
    """The contact after the event, by the same rule that decisions rest on."""
    event = recorded.event
    before = Contact(terms=terms_in(row), erased=row["erased"]) if row else Contact()
    after = follow(before, event)
    return {
        "municipality_id": event.municipality_id,
        "contact_id": event.contact_id,
        "terms": list(msgspec.to_builtins(after.terms)),
        "erased": after.erased,
        "version": recorded.version,
        "example": row["example"] if row else recorded.example,
    }


def terms_in(row: dict[str, Any]) -> tuple[Term, ...]:
    """The terms of a row, in the order of their appointing."""
    return typed.convert(row["terms"], tuple[Term, ...])


CONTACTS = Projection(
    table=contact_terms,
    on={ContactAppointed: on_contact, ContactRemoved: on_contact, ContactErased: on_contact},
)
