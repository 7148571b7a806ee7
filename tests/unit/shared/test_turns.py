"""What waits is taken in by number, and of each stream by version, wherever it came to lie."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from shared.cloudevents import encode
from shared.turns import in_turn
from tests.unit.shared.test_cloudevents import SOURCE, car_parked


@dataclass(frozen=True)
class Waiting:
    name: str
    value: bytes | None
    key: str = "7"


def event(stream: str, version: int, number: int) -> Waiting:
    recorded = car_parked(stream=f"house-7/{stream}", version=version, sequence=number)
    return Waiting(f"{stream}{version}", encode(recorded, source=SOURCE))


NO_EVENT = Waiting("none", b"{")
OF_ANOTHER_KEY = Waiting("other", event("a", 1, 1).value, key="8")

FORGED = 10**15


@pytest.mark.parametrize(
    ("came", "turns"),
    [
        ([event("a", 4, 4), event("a", 3, 3), event("a", 4, 4)], "a3 a4 a4"),
        ([event("a", 4, 4), event("b", 1, 5), event("a", 3, 3), event("b", 1, 5)], "a3 a4 b1 b1"),
        ([NO_EVENT, event("a", 1, 1), NO_EVENT, event("a", 3, 3), event("a", 2, 2)], "none a1 none a2 a3"),
        ([event("a", 2, 2), OF_ANOTHER_KEY, event("a", 3, 3)], "a2 other a3"),
        ([event("a", 1, FORGED), event("a", 2, 2), event("b", 1, 3)], "b1 a1 a2"),
        ([event("a", 9, 1), event("a", 2, 2), event("b", 1, 3)], "a2 a9 b1"),
    ],
    ids=["repeat", "two streams", "no event", "another key", "forged number", "forged version"],
)
def test_each_has_its_turn(came: list[Waiting], turns: str) -> None:
    assert " ".join(row.name for row in in_turn(came)) == turns
