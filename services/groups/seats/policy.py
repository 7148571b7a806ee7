"""What follows for seats when membership, a group, a sign-up or a contact changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from services.groups.contacts import queries as contacts
from services.groups.contract import (
    ContactId,
    GroupArchived,
    GroupCorrected,
    GroupEstablished,
    GroupId,
    GroupsChosen,
    MunicipalityId,
)
from services.groups.groups.queries import exists, group_row, group_rows
from services.groups.municipalities import queries as municipalities
from services.groups.seats.domain import seats
from services.groups.seats.handlers import concerned, effects, realigned, seats_on_return
from services.groups.seats.queries import holds, seat_rows, terms_of_contact
from services.groups.seats.terms import EndTermsOfContact
from services.membership.contract import (
    ContactAppointed,
    ContactErased,
    ContactRemoved,
    JoiningDateCancelled,
    JoiningDateCorrected,
    LeavingDateCorrected,
    MunicipalityJoined,
    MunicipalityLeft,
    WithdrawalCancelled,
)
from shared.clock import day_of
from shared.messages import Recorded
from shared.reactions import Due, Policy, Reaction, Rule

Membership = (
    MunicipalityJoined
    | MunicipalityLeft
    | JoiningDateCorrected
    | JoiningDateCancelled
    | LeavingDateCorrected
    | WithdrawalCancelled
)


def whenever_membership_changes(recorded: Recorded[Membership], connection: Connection) -> list[Reaction]:
    """Seats open, close or move in every group; where all fits already, nothing happens."""
    today = day_of(recorded.recorded_at)
    reason = type(recorded.event).__name__
    return realigned(connection, [recorded.event.municipality_id], group_rows(connection), today, reason)


def whenever_group_begins_or_ends(
    recorded: Recorded[GroupEstablished | GroupArchived | GroupCorrected], connection: Connection
) -> list[Reaction]:
    """Every member gets its seats in a new group, and loses those in one that ends."""
    group = group_row(connection, recorded.event.group_id)
    if group is None:
        return []
    reason = type(recorded.event).__name__
    return realigned(connection, concerned(connection, group), [group], day_of(recorded.recorded_at), reason)


def whenever_groups_chosen(recorded: Recorded[GroupsChosen], connection: Connection) -> list[Reaction]:
    """Seats follow also where the municipality joined in the same moment as the form was sent."""
    event = recorded.event
    return effects(connection, event.municipality_id, event.group_ids, day_of(recorded.recorded_at))


def whenever_contact_appointed(
    recorded: Recorded[ContactAppointed], connection: Connection
) -> list[Reaction]:
    """A sign-up that had no seat because the person was gone has it now."""
    event, today = recorded.event, day_of(recorded.recorded_at)
    return seats_on_return(connection, event.municipality_id, event.contact_id, event.valid_from, today)


def whenever_contact_removed(
    recorded: Recorded[ContactRemoved], connection: Connection
) -> Iterable[Reaction]:
    """Terms end with the role.

    A role for one group ends there, another one everywhere,
    unless the contact goes on in another role.
    """
    event = recorded.event
    gone = contacts.gone(connection, [event.municipality_id], event.valid_to)[event.municipality_id]
    if event.role != "group" and event.contact_id not in gone:
        return []
    return _ended(connection, event.contact_id, event.group_id, event.valid_to, "contact_removed")


def whenever_contact_erased(recorded: Recorded[ContactErased], connection: Connection) -> Iterable[Reaction]:
    """The seat becomes vacant on the day; the id stays as a trace."""
    today = day_of(recorded.recorded_at)
    return _ended(connection, recorded.event.contact_id, None, today, "contact_erased")


def _ended(
    connection: Connection,
    contact_id: str,
    group_id: str | None,
    day: date,
    because: Literal["contact_removed", "contact_erased"],
) -> list[Reaction]:
    terms = terms_of_contact(connection, contact_id)
    places = dict.fromkeys((term["municipality_id"], term["group_id"]) for term in terms)
    return [
        Reaction(
            decider=seats,
            stream=seats.stream(municipality_id, group),
            command=EndTermsOfContact(
                municipality_id=MunicipalityId(municipality_id),
                group_id=GroupId(group),
                contact_id=ContactId(contact_id),
                ends_on=day,
                because=because,
            ),
        )
        for municipality_id, group in places
        if group_id in (None, group)
    ]


def seats_due(connection: Connection, today: date) -> Iterable[Due]:
    """Pairs of municipality and group whose seats do not fit today, whatever made it so.

    Two facts of different topics may be taken in at the same moment without seeing each
    other; the day's look at the whole finds such a pair, and otherwise nothing.
    """
    everyone = sorted(municipalities.memberships(connection))
    members = municipalities.members(connection, today)
    open_seats = [row for row in seat_rows(connection) if holds(row, today)]
    own = Counter((row["municipality_id"], row["group_id"]) for row in open_seats)
    signed_up = Counter(
        (row["municipality_id"], row["group_id"]) for row in open_seats if row["choice_id"] is not None
    )
    seated: dict[str, set[str]] = {}
    for municipality_id, group_id in own:
        seated.setdefault(group_id, set()).add(municipality_id)
    for group in group_rows(connection):
        entitled = members if exists(group, today) else set()
        # Without fixed seats nobody can miss one.
        asked = everyone if group["seats_per_municipality"] else sorted(seated.get(group["group_id"], ()))
        misfits = []
        for municipality_id in asked:
            place = (municipality_id, group["group_id"])
            if municipality_id in entitled:
                wrong = own[place] - signed_up[place] != group["seats_per_municipality"]
            else:
                wrong = own[place] > 0
            if wrong:
                misfits.append(municipality_id)
        if misfits:
            reactions = realigned(connection, misfits, [group], today, "schedule")
            yield from (Due(on=today, reaction=reaction, example=group["example"]) for reaction in reactions)


_ALIGNING = "align-seats"

SEATS_FOLLOW = Rule(
    name="seats-follow-membership",
    due=seats_due,
    follow_up=_ALIGNING,
    # It looks at how many seats are open today, the policies at all days.
    whole=False,
)

ON_MEMBERSHIP: tuple[Policy, ...] = (
    Policy(
        name="seats-follow-membership",
        follow_up=_ALIGNING,
        on=(
            MunicipalityJoined,
            MunicipalityLeft,
            JoiningDateCorrected,
            JoiningDateCancelled,
            LeavingDateCorrected,
            WithdrawalCancelled,
        ),
        react=whenever_membership_changes,
    ),
    Policy(
        name="seats-follow-the-person",
        follow_up=_ALIGNING,
        on=(ContactAppointed,),
        react=whenever_contact_appointed,
    ),
    Policy(name="terms-end-with-the-role", on=(ContactRemoved,), react=whenever_contact_removed),
    Policy(name="terms-end-with-the-person", on=(ContactErased,), react=whenever_contact_erased),
)
"""What follows from events of membership."""

ON_OWN: tuple[Policy, ...] = (
    Policy(
        name="seats-follow-the-group",
        follow_up=_ALIGNING,
        on=(GroupEstablished, GroupArchived, GroupCorrected),
        react=whenever_group_begins_or_ends,
    ),
    Policy(
        name="seats-follow-the-sign-up",
        follow_up=_ALIGNING,
        on=(GroupsChosen,),
        react=whenever_groups_chosen,
    ),
)
"""What follows from events of groups itself."""
