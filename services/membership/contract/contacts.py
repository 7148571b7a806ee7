"""Contact persons by role; the person stands in a table that can be erased, never here."""

from __future__ import annotations

from datetime import date
from typing import Literal, NewType

from services.membership.contract.identity import MunicipalityId
from shared.messages import Event

ContactId = NewType("ContactId", str)
"""Names a row of the one table of persons in membership; the person can be erased there."""

ContactRole = Literal["director", "digital_lead", "invoice", "archive", "group"]


class ContactAppointed(Event, frozen=True, kw_only=True):
    """A contact holds a role for the municipality from `valid_from`, before `valid_to`."""

    happened = "valid_from"

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_from: date
    valid_to: date | None = None


class ContactRemoved(Event, frozen=True, kw_only=True):
    """The contact holds the role no longer from `valid_to` on."""

    happened = "valid_to"

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_to: date


class ContactErased(Event, frozen=True, kw_only=True):
    """The person behind `contact_id` is erased; whoever kept anything of it forgets it."""

    municipality_id: MunicipalityId
    contact_id: ContactId
