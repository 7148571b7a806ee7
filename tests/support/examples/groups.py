"""An example of every event of groups, and the ids that the tests of groups speak of."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.contract import (
    ChoiceId,
    ContactId,
    GroupArchived,
    GroupCorrected,
    GroupEstablished,
    GroupId,
    GroupsChosen,
    MandateAdopted,
    MunicipalityId,
    SeatClosed,
    SeatDatesCorrected,
    SeatFilled,
    SeatOpened,
    SeatTermCorrected,
    SeatVacated,
)
from shared.messages import Event

LOPPA = MunicipalityId("01890000-0000-7000-8000-000000000001")
HARSTAD = MunicipalityId("01890000-0000-7000-8000-000000000002")
LEADERS = GroupId("01890000-0000-7000-8000-00000000000a")
HEALTH = GroupId("01890000-0000-7000-8000-00000000000b")
SCHOOL = GroupId("01890000-0000-7000-8000-00000000000c")
STEERING = GroupId("01890000-0000-7000-8000-00000000000d")
CHOICE = ChoiceId("01890000-0000-7000-8000-0000000000c1")
LEADER = ContactId("01890000-0000-7000-8000-0000000000f1")
SUCCESSOR = ContactId("01890000-0000-7000-8000-0000000000f2")


def leaders_network(**changes: Any) -> GroupEstablished:
    """The leaders' network, with two fixed seats for each member."""
    given: dict[str, Any] = {
        "group_id": LEADERS,
        "kind": "leaders_network",
        "name": "Ledernettverk",
        "decision_rule": "advisory",
        "seat_kind": "appointed",
        "seats_per_municipality": 2,
        "employed_by_host": False,
        "composition": (),
        "established_on": date(2023, 1, 1),
        "assumed": ("seats_per_municipality",),
    }
    return GroupEstablished(**(given | changes))


def professional_group(**changes: Any) -> GroupEstablished:
    """A group that municipalities sign up for."""
    given = {
        "group_id": HEALTH,
        "kind": "professional_group",
        "name": "Helse (eksempel)",
        "seat_kind": "open",
        "seats_per_municipality": 0,
    }
    return leaders_network(**(given | changes))


def seat_opened(**changes: Any) -> SeatOpened:
    """Seat 1 of Loppa in the leaders' network, from the day on which it joined."""
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "opened_from": date(2026, 1, 1),
        "reason": "MunicipalityJoined",
    }
    return SeatOpened(**(given | changes))


def seat_filled(**changes: Any) -> SeatFilled:
    """The first term of that seat, until further notice."""
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "term": 1,
        "contact_id": LEADER,
        "role": "director",
        "deputy": False,
        "valid_from": date(2026, 2, 1),
        "valid_to": None,
    }
    return SeatFilled(**(given | changes))


def seat_vacated(**changes: Any) -> SeatVacated:
    """The end of that term."""
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "term": 1,
        "contact_id": LEADER,
        "deputy": False,
        "vacated_on": date(2026, 6, 1),
        "because": "asked",
    }
    return SeatVacated(**(given | changes))


def seat_closed(**changes: Any) -> SeatClosed:
    """The end of that seat."""
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "group_id": LEADERS,
        "seat": 1,
        "closed_on": date(2027, 1, 1),
        "reason": "MunicipalityLeft",
    }
    return SeatClosed(**(given | changes))


def groups_chosen(**changes: Any) -> GroupsChosen:
    """A sign-up of a member for two groups."""
    given: dict[str, Any] = {
        "municipality_id": LOPPA,
        "choice_id": CHOICE,
        "contact_id": LEADER,
        "role": "specialist",
        "group_ids": (HEALTH, SCHOOL),
        "chosen_on": date(2026, 3, 1),
        "effective_from": date(2026, 3, 1),
    }
    return GroupsChosen(**(given | changes))


EXAMPLES: tuple[Event, ...] = (
    leaders_network(),
    MandateAdopted(
        group_id=LEADERS,
        mandate_version=1,
        text="Topp- og sektorlederne i kommunene.",
        decided_by=None,
        adopted_on=date(2023, 1, 1),
    ),
    GroupArchived(group_id=HEALTH, archived_on=date(2027, 1, 1), reason="Slått sammen med en annen"),
    GroupCorrected(
        group_id=HEALTH, fact="name", old_value="Hlse", new_value="Helse (eksempel)", reason="Skrivefeil"
    ),
    groups_chosen(),
    seat_opened(),
    seat_filled(),
    seat_vacated(),
    seat_closed(),
    SeatDatesCorrected(
        municipality_id=LOPPA,
        group_id=LEADERS,
        seat=1,
        old_opened_from=date(2026, 1, 1),
        opened_from=date(2026, 3, 1),
        old_closed_on=None,
        closed_on=None,
        reason="JoiningDateCorrected",
    ),
    SeatTermCorrected(
        municipality_id=LOPPA,
        group_id=LEADERS,
        seat=1,
        term=1,
        old_valid_from=date(2026, 2, 1),
        valid_from=date(2026, 3, 1),
        old_valid_to=None,
        valid_to=None,
        follows_seat=True,
        reason="JoiningDateCorrected",
    ),
)
"""One of each, for the contract's frozen examples."""
