"""The facts that decisions about seats and sign-ups rest on, fetched before deciding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection

from services.groups.choices.domain import ChooseGroups
from services.groups.choices.queries import choices_of, signed_up_for
from services.groups.contacts import queries as contacts
from services.groups.contract import ChoiceId, ContactId, GroupId, MunicipalityId, SeatRole
from services.groups.groups.queries import group_row, group_rows
from services.groups.municipalities import queries as municipalities
from services.groups.seats.alignment import AlignSeats, SignUp, Span
from services.groups.seats.domain import seats
from services.groups.seats.queries import places, seat_rows, term_rows
from shared.reactions import Reaction
from shared.readmodels import Row


@dataclass(frozen=True)
class Situation:
    """What is known of one municipality: its membership, its sign-ups, and which contacts are gone."""

    municipality_id: MunicipalityId
    intervals: tuple[municipalities.Interval, ...]
    choices: tuple[Row, ...]
    gone: frozenset[str]

    def alignment(self, group: Mapping[str, Any], reason: str) -> AlignSeats:
        """The seats that the municipality should have in the group, by all that is known now."""
        sign_ups = [
            SignUp(
                choice_id=choice["choice_id"],
                contact_id=choice["contact_id"],
                role=choice["role"],
                chosen_on=choice["chosen_on"],
                effective_from=choice["effective_from"],
                stands=choice["contact_id"] not in self.gone,
            )
            for choice in self.choices
            if group["group_id"] in choice["group_ids"]
        ]
        return AlignSeats(
            municipality_id=self.municipality_id,
            group_id=group["group_id"],
            spans=spans(self.intervals, group),
            seats=group["seats_per_municipality"],
            sign_ups=tuple(sign_ups),
            reason=reason,
        )


def situations(connection: Connection, municipality_ids: Sequence[str], today: date) -> list[Situation]:
    """What is known now of each; `today` decides whether the person of a sign-up is still there."""
    intervals = municipalities.memberships(connection, municipality_ids)
    gone = contacts.gone(connection, municipality_ids, today)
    choices: dict[str, list[Row]] = {}
    for choice in choices_of(connection, *municipality_ids):
        choices.setdefault(choice["municipality_id"], []).append(choice)
    return [
        Situation(
            municipality_id=MunicipalityId(municipality_id),
            intervals=intervals.get(municipality_id, ()),
            choices=tuple(choices.get(municipality_id, ())),
            gone=frozenset(gone[municipality_id]),
        )
        for municipality_id in municipality_ids
    ]


def spans(intervals: Iterable[municipalities.Interval], group: Mapping[str, Any]) -> tuple[Span, ...]:
    """Membership, as far as the group exists."""
    found = []
    for start, until in intervals:
        first = max(start, group["established_on"])
        ends = [end for end in (until, group["archived_on"]) if end is not None]
        last = min(ends, default=None)
        if last is None or first < last:
            found.append(Span(first, last))
    return tuple(found)


def concerned(connection: Connection, group: Mapping[str, Any]) -> list[str]:
    """The municipalities whose seats may have to change with the group, in order.

    Where it gives fixed seats these are all that ever were, are or will be members; else those alone that
    have signed up or sit there, since a network may have far more groups and members than sign-ups.
    """
    if group["seats_per_municipality"]:
        return sorted(municipalities.memberships(connection))
    sitting = {row["municipality_id"] for row in seat_rows(connection, group_id=group["group_id"])}
    return sorted(sitting | signed_up_for(connection, group["group_id"]))


def realigned(
    connection: Connection, municipality_ids: Sequence[str], groups: Sequence[Row], today: date, reason: str
) -> list[Reaction]:
    """Ask every pair of municipality and group to fit, where seats stand or should stand."""
    standing = places(connection, municipality_ids, [group["group_id"] for group in groups])
    asked = []
    for now in situations(connection, municipality_ids, today):
        for group in groups:
            command, place = now.alignment(group, reason), (now.municipality_id, group["group_id"])
            if place in standing or (command.spans and (command.seats or command.sign_ups)):
                asked.append(Reaction(decider=seats, stream=seats.stream(*place), command=command))
    return asked


def sign_up(
    connection: Connection,
    *,
    municipality_id: str,
    choice_id: str,
    contact_id: str,
    role: SeatRole,
    group_ids: Iterable[str],
    today: date,
) -> ChooseGroups:
    """The form as sent, with what is known of municipality, contact and groups."""
    asked = tuple(GroupId(group_id) for group_id in group_ids)
    waiting = {group_id for _, group_id in without_seat(connection, municipality_id, contact_id)}
    open_groups = {
        row["group_id"]
        for row in group_rows(connection)
        if row["seat_kind"] == "open" and (row["archived_on"] is None or row["archived_on"] > today)
    }
    return ChooseGroups(
        municipality_id=MunicipalityId(municipality_id),
        choice_id=ChoiceId(choice_id),
        contact_id=ContactId(contact_id),
        role=role,
        group_ids=asked,
        today=today,
        standing=municipalities.standing(connection, municipality_id, today),
        contact_standing=_contact_standing(connection, municipality_id, contact_id, today),
        closed_groups=tuple(group_id for group_id in asked if group_id not in open_groups),
        already_in=tuple(
            group_id
            for group_id in asked
            if group_id in waiting or _sits(connection, municipality_id, contact_id, group_id, today)
        ),
    )


def effects(
    connection: Connection, municipality_id: str, group_ids: Iterable[str], today: date
) -> list[Reaction]:
    """The seats that a member's sign-up adds, asked for in the same transaction."""
    groups = [row for group_id in group_ids if (row := group_row(connection, group_id)) is not None]
    return realigned(connection, [municipality_id], groups, today, "GroupsChosen")


def without_seat(connection: Connection, municipality_id: str, contact_id: str) -> set[tuple[str, str]]:
    """The contact's sign-ups from which no seat has come, each with the group that it is for."""
    asked = {
        (choice["choice_id"], group_id)
        for choice in choices_of(connection, municipality_id)
        if choice["contact_id"] == contact_id
        for group_id in choice["group_ids"]
    }
    if not asked:
        return set()
    opened = seat_rows(connection, municipality_id=municipality_id)
    return asked - {(seat["choice_id"], seat["group_id"]) for seat in opened}


def seats_on_return(
    connection: Connection, municipality_id: str, contact_id: str, back_on: date, today: date
) -> list[Reaction]:
    """The seats of a contact who was gone when the municipality joined, from the day of being back."""
    waiting = without_seat(connection, municipality_id, contact_id)
    wanted = {group_id for _, group_id in waiting}
    groups = [row for row in group_rows(connection) if row["group_id"] in wanted]

    def begun(sign_up: SignUp, group_id: str) -> SignUp:
        if sign_up.effective_from is None and (sign_up.choice_id, group_id) in waiting:
            return replace(sign_up, effective_from=max(back_on, sign_up.chosen_on))
        return sign_up

    asked = []
    for reaction in realigned(connection, [municipality_id], groups, today, "ContactAppointed"):
        command = reaction.command
        sign_ups = tuple(begun(sign_up, command.group_id) for sign_up in command.sign_ups)
        asked.append(replace(reaction, command=replace(command, sign_ups=sign_ups)))
    return asked


def _contact_standing(
    connection: Connection, municipality_id: str, contact_id: str, today: date
) -> Literal["known", "not_yet_known", "gone", "erased", "elsewhere"]:
    standing = contacts.standing(connection, municipality_id, contact_id)
    gone = contacts.gone(connection, [municipality_id], today)[municipality_id]
    return "gone" if standing == "known" and contact_id in gone else standing


def _sits(connection: Connection, municipality_id: str, contact_id: str, group_id: str, today: date) -> bool:
    """Whether the contact sits in the group from today on."""
    terms = term_rows(connection, municipality_id=municipality_id, group_id=group_id)
    return any(
        term["contact_id"] == contact_id
        and (term["valid_to"] is None or term["valid_to"] > max(today, term["valid_from"]))
        for term in terms
    )
