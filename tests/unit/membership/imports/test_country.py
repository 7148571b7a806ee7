"""A network of the whole country's size goes in within seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from services.membership.imports.handlers import Asked
from services.membership.imports.plans import Plan

Load = Callable[[Asked], Plan]

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def organisation_numbers() -> list[str]:
    """357 made-up numbers with a valid check digit."""
    found: list[str] = []
    body = 80_000_000
    while len(found) < 357:
        body += 1
        digit = -sum(int(one) * weight for one, weight in zip(str(body), WEIGHTS, strict=True)) % 11
        if digit < 10:
            found.append(f"{body}{digit}")
    return found


def test_357_municipalities_with_seven_years_of_figures_go_in_within_seconds(load: Load) -> None:
    register = ["orgnr,name_nb,name_se,name_fkv,number_2020,number_2024"]
    figures = ["number_2024,year,population"]
    for number, orgnr in enumerate(organisation_numbers(), start=1000):
        register.append(f"{orgnr},Kommune {number},,,{number},{number + 4000}")
        figures += [f"{number + 4000},{year},{number * 3 + year}" for year in range(2020, 2027)]
    began = time.monotonic()

    first = load(Asked(kind="municipalities", content="\n".join(register).encode()))
    second = load(Asked(kind="population", content="\n".join(figures).encode()))

    assert (first.new, second.new) == (357, 2499)
    assert time.monotonic() - began < 20
