"""The rules of a body or group: established, given mandates, corrected, archived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeAlias

from services.groups.contract import (
    DecisionRule,
    GroupArchived,
    GroupCorrected,
    GroupEstablished,
    GroupId,
    GroupKind,
    MandateAdopted,
    SeatKind,
)
from shared.decider import Decider
from shared.errors import NotFound, Refused

# --- commands ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EstablishGroup:
    """Let a group exist from `established_on`; see `GroupEstablished` for the fields."""

    group_id: GroupId
    kind: GroupKind
    name: str
    decision_rule: DecisionRule
    seat_kind: SeatKind
    seats_per_municipality: int
    employed_by_host: bool
    composition: tuple[str, ...]
    established_on: date
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AdoptMandate:
    """Give the group a mandate from `adopted_on`; `decided_by` None: not known."""

    group_id: GroupId
    text: str
    decided_by: str | None
    adopted_on: date


@dataclass(frozen=True, kw_only=True)
class ArchiveGroup:
    """End the group; `archived_on` is the first day without it."""

    group_id: GroupId
    archived_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectGroup:
    """Put right a fact of the group that was recorded wrongly."""

    group_id: GroupId
    fact: Literal["name", "established_on", "archived_on"]
    new_value: str
    reason: str


GroupCommand: TypeAlias = EstablishGroup | AdoptMandate | ArchiveGroup | CorrectGroup
GroupEvent: TypeAlias = GroupEstablished | MandateAdopted | GroupArchived | GroupCorrected


# --- refusals ---------------------------------------------------------------------------


class GroupUnknown(NotFound):
    """There is no such group."""

    code = "group-unknown"
    nb = "Gruppen finnes ikke."


class GroupAlreadyEstablished(Refused):
    """The id is taken by a group that was established otherwise."""

    code = "group-already-established"
    nb = "Gruppen er allerede opprettet."


class SeatRuleContradictory(Refused):
    """Seats for every member go with appointment or office, none with sign-up or a given composition."""

    code = "seat-rule-contradictory"
    nb = "En gruppe med påmelding kan ikke også gi faste plasser til hver kommune."


class GroupAlreadyArchived(Refused):
    """The group has ended; nothing more can be decided about it."""

    code = "group-archived"
    nb = "Gruppen er avsluttet."


class DateBeforeEstablished(Refused):
    """Nothing can happen to a group before it exists."""

    code = "date-before-established"
    nb = "Datoen er før gruppen ble opprettet."


class MandateOutOfOrder(Refused):
    """A newer mandate is adopted already."""

    code = "mandate-out-of-order"
    nb = "Det er allerede vedtatt et nyere mandat."


class CorrectionWithoutEffect(Refused):
    """There is nothing of that kind to put right."""

    code = "correction-without-effect"
    nb = "Det er ikke registrert noe slikt å rette."


# --- state ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """A group as its events tell it; `established` None: there is no such group."""

    established: GroupEstablished | None = None
    name: str = ""
    established_on: date | None = None
    archived_on: date | None = None
    mandate: MandateAdopted | None = None


def evolve(group: Group, event: GroupEvent) -> Group:
    """The group after `event`."""
    match event:
        case GroupEstablished():
            return replace(group, established=event, name=event.name, established_on=event.established_on)
        case MandateAdopted():
            return replace(group, mandate=event)
        case GroupArchived():
            return replace(group, archived_on=event.archived_on)
        case GroupCorrected(fact="name"):
            return replace(group, name=event.new_value or group.name)
        case GroupCorrected(fact="established_on"):
            return replace(group, established_on=_day(event.new_value) or group.established_on)
        case GroupCorrected():
            return replace(group, archived_on=_day(event.new_value))


def previous(group: Group, event: GroupEvent) -> dict[str, Any]:
    """What a new mandate or an end replaces; corrections carry the old value themselves."""
    match event:
        case MandateAdopted() if group.mandate is not None:
            mandate = group.mandate
            return {name: getattr(mandate, name) for name in ("text", "decided_by", "adopted_on")}
        case GroupArchived():
            return {"archived_on": group.archived_on}
        case _:
            return {}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# --- decisions --------------------------------------------------------------------------


def establish(group: Group, command: EstablishGroup) -> list[GroupEvent]:
    """The group exists; the same again changes nothing, so that a network's data can be loaded twice."""
    if command.seats_per_municipality and command.seat_kind == "open":
        raise SeatRuleContradictory(
            "A group that municipalities sign up for gives no fixed seats.", field="seats_per_municipality"
        )
    established = GroupEstablished(
        group_id=command.group_id,
        kind=command.kind,
        name=command.name,
        decision_rule=command.decision_rule,
        seat_kind=command.seat_kind,
        seats_per_municipality=command.seats_per_municipality,
        employed_by_host=command.employed_by_host,
        composition=command.composition,
        established_on=command.established_on,
        assumed=command.assumed,
    )
    if group.established == established:
        return []
    if group.established is not None:
        raise GroupAlreadyEstablished("The group is established already.", name=group.name)
    return [established]


def adopt(group: Group, command: AdoptMandate) -> list[GroupEvent]:
    """A mandate follows the one before it in time."""
    _must_go_on(group, command.adopted_on, "adopted_on")
    before = group.mandate
    if before is not None:
        if (before.text, before.decided_by, before.adopted_on) == (
            command.text,
            command.decided_by,
            command.adopted_on,
        ):
            return []
        if command.adopted_on < before.adopted_on:
            raise MandateOutOfOrder(
                f"A mandate adopted on {before.adopted_on} holds already.", field="adopted_on"
            )
    return [
        MandateAdopted(
            group_id=command.group_id,
            mandate_version=before.mandate_version + 1 if before else 1,
            text=command.text,
            decided_by=command.decided_by,
            adopted_on=command.adopted_on,
        )
    ]


def archive(group: Group, command: ArchiveGroup) -> list[GroupEvent]:
    """The group ends once, not before it began."""
    if group.archived_on is not None and group.archived_on == command.archived_on:
        return []
    _must_go_on(group, command.archived_on, "archived_on")
    return [GroupArchived(group_id=command.group_id, archived_on=command.archived_on, reason=command.reason)]


def correct(group: Group, command: CorrectGroup) -> list[GroupEvent]:
    """What stands is replaced, with the reason; the dates stay in order."""
    if group.established is None or group.established_on is None:
        raise GroupUnknown("There is no such group.")
    stands: str | None = group.name
    if command.fact != "name":
        stands = _text(group.established_on if command.fact == "established_on" else group.archived_on)
        established_on, archived_on = group.established_on, group.archived_on
        if command.fact == "established_on":
            established_on = date.fromisoformat(command.new_value)
        else:
            archived_on = date.fromisoformat(command.new_value)
        if archived_on is not None and archived_on < established_on:
            raise DateBeforeEstablished("The group would end before it begins.", field="new_value")
    if stands is None:
        raise CorrectionWithoutEffect("The group is not archived.", field="fact")
    if stands == command.new_value:
        return []
    return [
        GroupCorrected(
            group_id=command.group_id,
            fact=command.fact,
            old_value=stands,
            new_value=command.new_value,
            reason=command.reason,
        )
    ]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _must_go_on(group: Group, day: date, field: str) -> None:
    if group.established_on is None:
        raise GroupUnknown("There is no such group.")
    if group.archived_on is not None:
        raise GroupAlreadyArchived(f"The group ended on {group.archived_on}.", archived_on=group.archived_on)
    if day < group.established_on:
        raise DateBeforeEstablished(f"The group was established on {group.established_on}.", field=field)


def decide(group: Group, command: GroupCommand) -> list[GroupEvent]:
    """What follows from a command."""
    match command:
        case EstablishGroup():
            return establish(group, command)
        case AdoptMandate():
            return adopt(group, command)
        case ArchiveGroup():
            return archive(group, command)
        case CorrectGroup():
            return correct(group, command)


groups: Decider[Group, GroupCommand, GroupEvent] = Decider(
    category="group", initial=Group(), decide=decide, evolve=evolve, previous=previous
)
