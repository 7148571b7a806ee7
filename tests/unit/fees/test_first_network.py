"""The sums of the first network's 39 members come out with the published population figures."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from services.fees.contract import Arithmetic
from services.fees.fees.arithmetic import reckon
from tests.support.examples.fees import cover, figure, rates, term

FIGURES = Path("deploy/networks/digitrofi/population.csv")


def fees(year: int, *, on_figures_of: int) -> dict[str, Arithmetic]:
    with FIGURES.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if int(row["year"]) == on_figures_of]
    return {
        row["name_nb"]: reckon(
            year,
            rates(),
            population=figure(int(row["population"]), date(on_figures_of, 1, 1)),
            covers=(cover(),) if year in (2023, 2024) else (),
            terms=(term(host=row["name_nb"] == "Harstad"),),
        )
        for row in rows
    }


def test_the_grant_covers_the_fixed_part_of_all_39_in_2023() -> None:
    assert sum(fee.covered_ore for fee in fees(2023, on_figures_of=2023).values()) == 585_000_000


@pytest.mark.parametrize(
    ("year", "on_figures_of", "to_pay_ore"),
    [
        (2023, 2022, 120_868_000),
        (2023, 2023, 121_226_000),
        (2024, 2024, 122_331_500),
        (2025, 2024, 707_331_500),
        (2025, 2025, 707_760_500),
        (2026, 2025, 707_760_500),
        (2026, 2026, 708_253_000),
    ],
)
def test_the_39_pay_together(year: int, on_figures_of: int, to_pay_ore: int) -> None:
    determined = fees(year, on_figures_of=on_figures_of)

    assert len(determined) == 39
    assert sum(fee.to_pay_ore for fee in determined.values()) == to_pay_ore


@pytest.mark.parametrize(("name", "to_pay_ore"), [("Harstad", 27_602_000), ("Loppa", 15_423_000)])
def test_a_member_pays_in_2026(name: str, to_pay_ore: int) -> None:
    assert fees(2026, on_figures_of=2026)[name].to_pay_ore == to_pay_ore
