"""Rules about who answers for a municipality: appointed to a role, removed from it, erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

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
    """Let a contact hold a role from `valid_from`, before `valid_to` (None: until further notice).

    `group_id` goes with the role `group` and with no other.
    """

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None = None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class RemoveContact:
    """End the role on `valid_to`, the first day without; a term that would begin later never does."""

    municipality_id: MunicipalityId
    contact_id: ContactId
    role: ContactRole
    group_id: str | None = None
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class EraseContact:
    """Erase the person; the roles that still run end `today`."""

    municipality_id: MunicipalityId
    contact_id: ContactId
    today: date


ContactCommand: TypeAlias = AppointContact | RemoveContact | EraseContact
ContactEvent: TypeAlias = ContactAppointed | ContactRemoved | ContactErased


class ContactUnknown(NotFound):
    """The municipality has no such contact."""

    code = "contact-unknown"
    nb = "Kommunen har ingen slik kontakt."


class ContactIsErased(Refused):
    """The person is erased, and an erased contact holds no role ever after."""

    code = "contact-is-erased"
    nb = "Kontakten er slettet. Registrer personen på nytt."


class ContactGroupMissing(Refused):
    """A contact of a group says of which one."""

    code = "contact-group-missing"
    status = 422
    nb = "Velg hvilken gruppe kontakten gjelder."


class ContactGroupSuperfluous(Refused):
    """Only the role `group` is about one group."""

    code = "contact-group-superfluous"
    status = 422
    nb = "Velg gruppe bare når rollen er kontakt i en gruppe."


class ContactTermEmpty(Refused):
    """A term has at least one day."""

    code = "contact-term-empty"
    status = 422
    nb = "Perioden må vare i minst én dag."


class ContactTermOverlaps(Refused):
    """The contact holds the role already on some of the days; a change ends one term and begins another."""

    code = "contact-term-overlaps"
    nb = "Personen har allerede denne rollen i perioden. Avslutt den først."


class ContactRoleNotHeld(Refused):
    """The contact does not hold the role on that day or later."""

    code = "contact-role-not-held"
    nb = "Personen har ikke denne rollen på datoen."


@dataclass(frozen=True, kw_only=True)
class Term:
    """A role from `valid_from`, before `valid_to` (None: open)."""

    role: ContactRole
    group_id: str | None
    valid_from: date
    valid_to: date | None

    def is_for(self, role: ContactRole, group_id: str | None) -> bool:
        """Whether the term is of that role, and of that group where the role is for one."""
        return (self.role, self.group_id) == (role, group_id)

    def ends_after(self, day: date) -> bool:
        """Whether the term holds on `day` or later."""
        return self.valid_to is None or day < self.valid_to

    def overlaps(self, valid_from: date, valid_to: date | None) -> bool:
        """Whether some day belongs to both."""
        return self.ends_after(valid_from) and (valid_to is None or self.valid_from < valid_to)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One person by its id: the terms, and whether the person is erased."""

    terms: tuple[Term, ...] = ()
    erased: bool = False


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """All contacts a municipality ever had."""

    known: Mapping[ContactId, Contact] = field(default_factory=dict)


def follow(contact: Contact, event: ContactEvent) -> Contact:
    """One contact after `event`; what never began leaves no term."""
    match event:
        case ContactAppointed():
            term = Term(
                role=event.role,
                group_id=event.group_id,
                valid_from=event.valid_from,
                valid_to=event.valid_to,
            )
            return replace(contact, terms=(*contact.terms, term))
        case ContactRemoved():
            terms = (_ended(term, event) for term in contact.terms)
            return replace(contact, terms=tuple(term for term in terms if term is not None))
        case ContactErased():
            return replace(contact, erased=True)


def evolve(contacts: Contacts, event: ContactEvent) -> Contacts:
    """The municipality's contacts after `event`."""
    contact = contacts.known.get(event.contact_id, Contact())
    return Contacts(known={**contacts.known, event.contact_id: follow(contact, event)})


def appoint(contact: Contact, command: AppointContact) -> list[ContactEvent]:
    """The role is free for this contact in the whole term; the same term again is nothing new."""
    _must_not_be_erased(contact)
    if command.role == "group" and command.group_id is None:
        raise ContactGroupMissing("The role group needs a group_id.", field="group_id")
    if command.role != "group" and command.group_id is not None:
        raise ContactGroupSuperfluous("Only the role group takes a group_id.", field="group_id")
    if command.valid_to is not None and command.valid_to <= command.valid_from:
        raise ContactTermEmpty("The term must end after it begins.", field="valid_to")
    own = [term for term in contact.terms if term.is_for(command.role, command.group_id)]
    if any((term.valid_from, term.valid_to) == (command.valid_from, command.valid_to) for term in own):
        return []
    for term in own:
        if term.overlaps(command.valid_from, command.valid_to):
            raise ContactTermOverlaps(
                "The contact holds this role already in a part of the term.",
                field="valid_from",
                valid_from=term.valid_from,
                valid_to=term.valid_to,
            )
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


def remove(contact: Contact, command: RemoveContact) -> list[ContactEvent]:
    """End what runs on the day or begins later; ended on that very day already, nothing happens."""
    _must_not_be_erased(contact)
    own = [term for term in contact.terms if term.is_for(command.role, command.group_id)]
    if not any(term.ends_after(command.valid_to) for term in own):
        if any(term.valid_to == command.valid_to for term in own):
            return []
        raise ContactRoleNotHeld(
            f"The contact does not hold this role on {command.valid_to} or later.", field="valid_to"
        )
    return [
        ContactRemoved(
            municipality_id=command.municipality_id,
            contact_id=command.contact_id,
            role=command.role,
            group_id=command.group_id,
            valid_to=command.valid_to,
        )
    ]


def erase(contact: Contact, command: EraseContact) -> list[ContactEvent]:
    """End the roles that still run, then erase; once erased, nothing more happens."""
    if contact.erased:
        return []
    running = (term for term in contact.terms if term.ends_after(command.today))
    return [
        *(
            ContactRemoved(
                municipality_id=command.municipality_id,
                contact_id=command.contact_id,
                role=role,
                group_id=group_id,
                valid_to=command.today,
            )
            for role, group_id in dict.fromkeys((term.role, term.group_id) for term in running)
        ),
        ContactErased(municipality_id=command.municipality_id, contact_id=command.contact_id),
    ]


def decide(contacts: Contacts, command: ContactCommand) -> list[ContactEvent]:
    """What `command` leads to."""
    contact = contacts.known.get(command.contact_id)
    match command:
        case AppointContact():
            return appoint(contact or Contact(), command)
        case RemoveContact():
            return remove(_required(contact), command)
        case EraseContact():
            return erase(_required(contact), command)


def replaced(contacts: Contacts, event: ContactEvent) -> dict[str, Any]:
    """The end date that a removal puts another one in place of."""
    if not isinstance(event, ContactRemoved):
        return {}
    terms = contacts.known[event.contact_id].terms
    own = (term for term in terms if term.is_for(event.role, event.group_id))
    ended = min((term for term in own if term.ends_after(event.valid_to)), key=lambda t: t.valid_from)
    return {"valid_to": ended.valid_to}


def _ended(term: Term, event: ContactRemoved) -> Term | None:
    if not term.is_for(event.role, event.group_id) or not term.ends_after(event.valid_to):
        return term
    return replace(term, valid_to=event.valid_to) if term.valid_from < event.valid_to else None


def _required(contact: Contact | None) -> Contact:
    if contact is None:
        raise ContactUnknown("The municipality has no such contact.")
    return contact


def _must_not_be_erased(contact: Contact) -> None:
    if contact.erased:
        raise ContactIsErased("The contact is erased and holds no role any more.", field="contact_id")


contacts = Decider(
    category="contacts",
    initial=Contacts(),
    decide=decide,
    evolve=evolve,
    about="municipality",
    previous=replaced,
)
