"""The rules of the form "Velg faggrupper": who may sign up for what, and when it takes effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from services.groups.contract import (
    ChoiceId,
    ContactId,
    GroupId,
    GroupsChosen,
    MunicipalityId,
    SeatRole,
)
from shared.decider import Decider
from shared.errors import Refused

MunicipalityStanding = Literal["member", "on_its_way", "outside"]
"""A member on the day; invited, or with a joining date ahead; neither."""

# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ChooseGroups:
    """Sign a contact up for groups.

    The facts come with it: where the municipality stands, what is wrong with the contact,
    which groups cannot be signed up for, and where the contact sits or is signed up already.
    """

    municipality_id: MunicipalityId
    choice_id: ChoiceId
    contact_id: ContactId
    role: SeatRole
    group_ids: tuple[GroupId, ...]
    today: date
    standing: MunicipalityStanding
    contact_standing: Literal["known", "not_yet_known", "gone", "erased", "elsewhere"]
    closed_groups: tuple[GroupId, ...] = ()
    already_in: tuple[GroupId, ...] = ()


ChoiceCommand: TypeAlias = ChooseGroups


# --- refusals ---------------------------------------------------------------------------


class ChoiceIncomplete(Refused):
    """Contact person and at least one group are required."""

    code = "choice-incomplete"
    status = 422
    nb = "Velg kontaktperson, rolle og minst én faggruppe."


class MunicipalityNotInvited(Refused):
    """Only members and municipalities on their way to membership sign up."""

    code = "municipality-not-invited"
    nb = "Kommunen er verken medlem eller invitert."


class ContactCannotSit(Refused):
    """The contact is erased, or belongs to another municipality."""

    code = "contact-cannot-sit"
    nb = "Kontaktpersonen er slettet eller hører til en annen kommune."


class ContactHasNoRole(Refused):
    """The contact holds no role, today or later, so that no seat would follow."""

    code = "contact-has-no-role"
    nb = "Kontaktpersonen har ingen rolle lenger. Velg en annen, eller gi vedkommende en rolle først."


class GroupNotOpenForSignUp(Refused):
    """One of the groups does not exist, has ended, or is not filled by sign-up."""

    code = "group-not-open-for-sign-up"
    nb = "En av gruppene tar ikke imot påmelding."


class AlreadySignedUp(Refused):
    """The contact sits in, or is signed up for, all of these groups."""

    code = "already-signed-up"
    nb = "Kontaktpersonen er allerede med i alle disse gruppene."


# --- state ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """How often the municipality has sent the form; each sending stands for itself."""

    sent: tuple[ChoiceId, ...] = ()


def evolve(choices: Choices, event: GroupsChosen) -> Choices:
    """The choices after `event`."""
    return Choices((*choices.sent, event.choice_id))


# --- decisions --------------------------------------------------------------------------


def choose(choices: Choices, command: ChooseGroups) -> list[GroupsChosen]:
    """Groups in which the contact sits already are left out, so that no seat comes twice."""
    if command.choice_id in choices.sent:
        return []
    if not command.contact_id:
        raise ChoiceIncomplete("A contact person is required.", field="contact_id")
    if not command.group_ids:
        raise ChoiceIncomplete("At least one group is required.", field="group_ids")
    if command.standing == "outside":
        raise MunicipalityNotInvited("The municipality is neither a member nor invited.")
    if command.contact_standing in {"erased", "elsewhere"}:
        raise ContactCannotSit("The contact cannot sit for this municipality.", field="contact_id")
    if command.contact_standing == "gone":
        raise ContactHasNoRole("The contact holds no role.", field="contact_id")
    closed = [group for group in command.group_ids if group in command.closed_groups]
    if closed:
        raise GroupNotOpenForSignUp("Not open for sign-up.", field="group_ids", group_ids=closed)
    asked = dict.fromkeys(command.group_ids)
    new = tuple(group for group in asked if group not in command.already_in)
    if not new:
        raise AlreadySignedUp("The contact is in all of these groups.", field="group_ids")
    return [
        GroupsChosen(
            municipality_id=command.municipality_id,
            choice_id=command.choice_id,
            contact_id=command.contact_id,
            role=command.role,
            group_ids=new,
            chosen_on=command.today,
            effective_from=command.today if command.standing == "member" else None,
        )
    ]


def decide(choices: Choices, command: ChoiceCommand) -> list[GroupsChosen]:
    """What follows from a command."""
    match command:
        case ChooseGroups():
            return choose(choices, command)


choices: Decider[Choices, ChoiceCommand, GroupsChosen] = Decider(
    category="choices", initial=Choices(), decide=decide, evolve=evolve, about="municipality"
)
