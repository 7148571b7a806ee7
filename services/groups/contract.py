"""The published events of groups, and all that other services may import of it.

Dates are Norwegian dates; an interval ends on its first day outside (half-open). No event
carries personal data: a person is a `contact_id` of membership and the role it sits in.
Events about the seats of one municipality are keyed by that municipality; events about a
group by the group's stream.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, NewType

from shared.messages import Event

SERVICE = "groups"
TOPIC = "groups.events"

PUBLISHED = Path(__file__).parent / "published"
"""Schema and example of every event that was ever published, frozen."""

GroupId = NewType("GroupId", str)
"""Our own UUID of a body or group of the network."""

ChoiceId = NewType("ChoiceId", str)
"""One sent form "Velg faggrupper"."""

MunicipalityId = NewType("MunicipalityId", str)
"""The municipality's UUID, as membership gave it."""

ContactId = NewType("ContactId", str)
"""Names a row of the one table of persons, in membership."""

GroupKind = Literal["steering_group", "leadership", "leaders_network", "professional_group", "working_group"]

DecisionRule = Literal["consensus_else_leader", "majority", "advisory"]

SeatKind = Literal["by_office", "appointed", "open"]
"""Who sits: whoever holds an office; whom the municipality appoints; who signs up."""

SeatRole = Literal["director", "digital_lead", "sector_lead", "specialist", "other"]
"""In what capacity a person sits for the municipality."""

VacatedBecause = Literal["asked", "seat_closed", "contact_removed", "contact_erased"]


# --- groups ---------------------------------------------------------------------------


class GroupEstablished(Event, frozen=True):
    """A body or group exists from `established_on`.

    `seats_per_municipality` seats are given to every member; 0 where the composition is
    data (`composition`: the offices that sit) or where municipalities sign up
    (`seat_kind` open). `assumed` names the fields that no source gives.
    """

    happened = "established_on"

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


class MandateAdopted(Event, frozen=True):
    """What the group is for, from `adopted_on` on. `decided_by` is None where it is not known."""

    happened = "adopted_on"

    group_id: GroupId
    mandate_version: int
    text: str
    decided_by: str | None
    adopted_on: date


class GroupArchived(Event, frozen=True):
    """The group has ended; `archived_on` is the first day without it."""

    happened = "archived_on"

    group_id: GroupId
    archived_on: date
    reason: str


class GroupCorrected(Event, frozen=True):
    """A fact about the group was recorded wrongly: what stood, what holds, and why.

    `fact` is `name`, `established_on` or `archived_on`; dates are written YYYY-MM-DD.
    """

    group_id: GroupId
    fact: Literal["name", "established_on", "archived_on"]
    old_value: str | None
    new_value: str | None
    reason: str


# --- sign-up --------------------------------------------------------------------------


class GroupsChosen(Event, frozen=True):
    """A municipality has sent the form "Velg faggrupper" for one person and these groups.

    Seats follow from `effective_from`; None means from the day on which it joins.
    """

    happened = "chosen_on"

    municipality_id: MunicipalityId
    choice_id: ChoiceId
    contact_id: ContactId
    role: SeatRole
    group_ids: tuple[GroupId, ...]
    chosen_on: date
    effective_from: date | None


# --- the seats of one municipality in one group -----------------------------------------


class SeatOpened(Event, frozen=True):
    """The municipality has a seat from `opened_from`. Seat numbers are never used again.

    `choice_id` names the sign-up that the seat came from; with `from_joining` its first
    day follows the joining date, also when that is corrected.
    """

    happened = "opened_from"

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    opened_from: date
    reason: str
    choice_id: ChoiceId | None = None
    from_joining: bool = False


class SeatFilled(Event, frozen=True):
    """A person sits from `valid_from`, before `valid_to` (None: until further notice).

    Terms of one seat never overlap; a deputy's terms (`deputy`) stand beside the member's.
    `reason` is there where the person takes the days of one who was recorded wrongly.
    """

    happened = "valid_from"

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    term: int
    contact_id: ContactId
    role: SeatRole
    deputy: bool
    valid_from: date
    valid_to: date | None
    reason: str | None = None


class SeatVacated(Event, frozen=True):
    """The term has ended; `vacated_on` is the first day without that person in the seat.

    Where `vacated_on` is the term's first day, the term never began. Where `previous` gives an
    earlier end, the seat had closed by then, and the term will not hold again should it reopen.
    `reason` is there where the wrong person was recorded and another one takes the same days.
    """

    happened = "vacated_on"

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    term: int
    contact_id: ContactId
    deputy: bool
    vacated_on: date
    because: VacatedBecause
    reason: str | None = None


class SeatClosed(Event, frozen=True):
    """The municipality has that seat no longer from `closed_on` on."""

    happened = "closed_on"

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    closed_on: date
    reason: str


class SeatDatesCorrected(Event, frozen=True):
    """The seat is open from, or until, another date than recorded (None: still open)."""

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    old_opened_from: date
    opened_from: date
    old_closed_on: date | None
    closed_on: date | None
    reason: str


class SeatTermCorrected(Event, frozen=True):
    """The term holds on other dates than recorded.

    `follows_seat`: the seat's own dates moved and the term with them; what was asked for
    when the seat was filled still stands, and holds again should the seat move back.
    """

    municipality_id: MunicipalityId
    group_id: GroupId
    seat: int
    term: int
    old_valid_from: date
    valid_from: date
    old_valid_to: date | None
    valid_to: date | None
    follows_seat: bool
    reason: str


EVENTS: tuple[type[Event], ...] = (
    GroupEstablished,
    MandateAdopted,
    GroupArchived,
    GroupCorrected,
    GroupsChosen,
    SeatOpened,
    SeatFilled,
    SeatVacated,
    SeatClosed,
    SeatDatesCorrected,
    SeatTermCorrected,
)

PAGES: tuple[tuple[str, str, str], ...] = (("Grupper", "/groups/", "all"),)
"""Entries of the suite's menu: Norwegian label, path, and who is offered it."""

TABS: tuple[tuple[str, str, str], ...] = (("Grupper", "/groups/kommuner/{municipality_id}", "all"),)
"""Tabs of a municipality's page: Norwegian label, path, and who is offered it."""
