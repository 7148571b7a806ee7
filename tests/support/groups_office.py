"""The groups that the office establishes over HTTP, and what happened to groups since."""

from __future__ import annotations

from typing import Any

from tests.support.examples.groups import HEALTH, LEADERS, SCHOOL
from tests.support.visitors import Visitor
from tests.support.wire import Wire

LEADERS_NETWORK = {
    "group_id": LEADERS,
    "kind": "leaders_network",
    "name": "Ledernettverk",
    "decision_rule": "advisory",
    "seat_kind": "appointed",
    "seats_per_municipality": 2,
    "established_on": "2023-01-01",
}


def professional_group(group_id: str, name: str) -> dict[str, Any]:
    open_to_all = {"kind": "professional_group", "seat_kind": "open", "seats_per_municipality": 0}
    return LEADERS_NETWORK | open_to_all | {"group_id": group_id, "name": name}


THREE_GROUPS = (LEADERS_NETWORK, professional_group(HEALTH, "Helse"), professional_group(SCHOOL, "Skole"))
"""The leaders' network with two seats for each member, and two groups to sign up for."""

TWO_GROUPS = (
    LEADERS_NETWORK | {"seats_per_municipality": 1},
    professional_group(HEALTH, "Helse (eksempel)"),
)
"""The leaders' network with one seat for each member, and one group to sign up for."""


def established(office: Visitor, groups: Wire, *bodies: dict[str, Any]) -> Visitor:
    """The office, once it has established these groups."""
    for body in bodies:
        assert office.post("/groups/v1/groups", body).status_code == 201
    groups.follow()
    return office


def happened(groups: Wire, name: str) -> int:
    return [type(recorded.event).__name__ for recorded in groups.store.history()].count(name)
