"""Vacant seats, summed so that a long roster can be read."""

from __future__ import annotations

from typing import Any

from services.groups.rosters.queries import vacancies


def seat(name: str, *, vacant: bool) -> dict[str, Any]:
    return {"municipality_id": name.lower(), "municipality": name, "vacant": vacant}


def test_vacant_seats_are_counted_by_municipality_in_the_order_of_the_seats() -> None:
    seats = [
        seat("Harstad", vacant=True),
        seat("Alta", vacant=True),
        seat("Alta", vacant=False),
        seat("Alta", vacant=True),
        seat("Tana", vacant=False),
    ]

    assert [(row["municipality"], row["count"]) for row in vacancies(seats)] == [("Harstad", 1), ("Alta", 2)]
