"""The rules of a municipality's contacts: roles with terms, and the erasure of a person.

Nothing here knows a name: a person is a `contact_id`, the rest stands in the table of persons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.membership.contract import (
    ContactAppointed,
    ContactErased,
    ContactId,
    ContactRemoved,
    ContactRole,
    MunicipalityId,
)
from shared.decider import Decider
from shared.errors import NotFound, Refused


@dataclass(frozen=True, kw_only=True)
class AppointContact:
    """A contact shall hold a role from `valid_from`, before `valid_to` (None: open)."""

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class RemoveContact:
    """The contact shall hold the role no longer from `valid_to` on."""

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class EraseContact:
    """Forget the person behind the contact; `today` ends the terms that still run."""

    municipality_id: MunicipalityId
    contact_id: ContactId
    today: date


ContactCommand = AppointContact | RemoveContact | EraseContact
ContactEvent = ContactAppointed | ContactRemoved | ContactErased


class ContactUnknown(NotFound):
    """The municipality has no such contact."""

    code = "contact-unknown"
    nb = "Kontakten finnes ikke."


class ContactIsErased(Refused):
    """Who has been erased holds no role again; the person would be a new contact."""

    code = "contact-erased"
    nb = "Kontakten er slettet."


class GroupMismatch(Refused):
    """A group is named for the role in a group, and only there."""

    code = "group-mismatch"
    nb = "Velg gruppe når rollen er kontakt i en gruppe, og bare da."


class TermEmpty(Refused):
    """A term lasts for at least a day."""

    code = "term-empty"
    nb = "Sluttdatoen må være etter startdatoen."


class RoleOverlap(Refused):
    """The contact holds that role already in a part of that time."""

    code = "role-overlap"
    nb = "Kontakten har allerede denne rollen i perioden."


class RoleNotHeld(Refused):
    """The contact does not hold the role on that day or later."""

    code = "role-not-held"
    nb = "Kontakten har ikke denne rollen på datoen."


@dataclass(frozen=True, kw_only=True)
class Term:
    """One role of one contact from `valid_from`, before `valid_to` (None: open)."""

    contact_id: ContactId
    role: ContactRole
    group_id: str | None
    valid_from: date
    valid_to: date | None

    def meets(self, start: date, end: date | None) -> bool:
        """Whether it shares a day with `start` until before `end`."""
        return (end is None or self.valid_from < end) and (self.valid_to is None or start < self.valid_to)

    def same_role(self, asked: AppointContact | RemoveContact | ContactRemoved) -> bool:
        """Whether it is about the same role of the same contact."""
        return (self.contact_id, self.role, self.group_id) == (asked.contact_id, asked.role, asked.group_id)


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Every term of every contact of a municipality, and who has been erased."""

    terms: tuple[Term, ...] = ()
    erased: frozenset[ContactId] = frozenset()


def evolve(contacts: Contacts, event: ContactEvent) -> Contacts:
    """The contacts after `event`; a term that ends before it begins is none."""
    match event:
        case ContactAppointed():
            term = Term(
                contact_id=event.contact_id,
                role=event.role,
                group_id=event.group_id,
                valid_from=event.valid_from,
                valid_to=event.valid_to,
            )
            return replace(contacts, terms=(*contacts.terms, term))
        case ContactRemoved():
            cut = [
                replace(term, valid_to=event.valid_to)
                if term.same_role(event) and (term.valid_to is None or term.valid_to > event.valid_to)
                else term
                for term in contacts.terms
            ]
            kept = [term for term in cut if term.valid_to is None or term.valid_from < term.valid_to]
            return replace(contacts, terms=tuple(kept))
        case ContactErased():
            return replace(contacts, erased=contacts.erased | {event.contact_id})


def appoint(contacts: Contacts, command: AppointContact) -> list[ContactEvent]:
    """Give a role; several contacts may hold the same one, none holds it twice at a time."""
    if command.contact_id in contacts.erased:
        raise ContactIsErased("The person behind this contact has been erased.", field="contact_id")
    if (command.role == "group") != (command.group_id is not None):
        raise GroupMismatch("A group belongs to the role in a group, and only there.", field="group_id")
    if command.valid_to is not None and command.valid_to <= command.valid_from:
        raise TermEmpty("A term lasts for at least a day.", field="valid_to")
    held = [term for term in contacts.terms if term.same_role(command)]
    if any((term.valid_from, term.valid_to) == (command.valid_from, command.valid_to) for term in held):
        return []
    if any(term.meets(command.valid_from, command.valid_to) for term in held):
        raise RoleOverlap("The contact holds this role already in that time.", field="valid_from")
    return [
        ContactAppointed(
            municipality_id=command.municipality_id,
            contact_id=command.contact_id,
            role=command.role,
            group_id=command.group_id,
            valid_from=command.valid_from,
            valid_to=command.valid_to,
        )
    ]


def remove(contacts: Contacts, command: RemoveContact) -> list[ContactEvent]:
    """End a role on a day; terms that lie wholly after it fall away."""
    held = [term for term in contacts.terms if term.same_role(command)]
    if not held:
        raise ContactUnknown("The municipality has no such contact in that role.")
    if all(term.valid_to is not None and term.valid_to <= command.valid_to for term in held):
        if any(term.valid_to == command.valid_to for term in held):
            return []
        raise RoleNotHeld("The contact does not hold the role by then.", field="valid_to")
    return [
        ContactRemoved(
            municipality_id=command.municipality_id,
            contact_id=command.contact_id,
            role=command.role,
            group_id=command.group_id,
            valid_to=command.valid_to,
        )
    ]


def erase(contacts: Contacts, command: EraseContact) -> list[ContactEvent]:
    """End what still runs, and say that the person is to be forgotten."""
    own = [term for term in contacts.terms if term.contact_id == command.contact_id]
    if command.contact_id in contacts.erased:
        return []
    running = [term for term in own if term.valid_to is None or term.valid_to > command.today]
    roles = dict.fromkeys((term.role, term.group_id) for term in running)
    removed: list[ContactEvent] = [
        ContactRemoved(
            municipality_id=command.municipality_id,
            contact_id=command.contact_id,
            role=role,
            group_id=group_id,
            valid_to=command.today,
        )
        for role, group_id in roles
    ]
    erased = ContactErased(municipality_id=command.municipality_id, contact_id=command.contact_id)
    return [*removed, erased]


def decide(contacts: Contacts, command: ContactCommand) -> list[ContactEvent]:
    """What follows from `command`, or which rule stands in the way."""
    match command:
        case AppointContact():
            return appoint(contacts, command)
        case RemoveContact():
            return remove(contacts, command)
        case EraseContact():
            return erase(contacts, command)


contacts = Decider(
    category="contacts", about="municipality", initial=Contacts(), decide=decide, evolve=evolve
)
