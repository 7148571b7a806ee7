"""Every wrong row is named with its line, its column and the rule that says no."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.membership.imports.handlers import Asked, FileRefused, ImportKind
from services.membership.imports.plans import Plan
from services.membership.population.schemas import MOST_INHABITANTS

Load = Callable[[Asked], Plan]

REGISTER = "orgnr,name_nb,name_se,name_fkv,number_2020,number_2024\n"
TROMSO = "940101808,Tromsø,,,5401,5501\n"
HARSTAD = "972417971,Harstad,Hárstták,,5402,5503\n"


def refusals(load: Load, kind: ImportKind, text: str) -> list[tuple[int, str | None, str]]:
    with pytest.raises(FileRefused) as refused:
        load(Asked(kind=kind, content=text.encode()))
    return [(row["line"], row["column"], row["rule"]) for row in refused.value.details["rows"]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("940101809,Tromsø,,,5401,5501\n", (2, "orgnr", "bad-organisation-number")),
        ("940 101 808,Tromsø,,,5401,5501\n", (2, "orgnr", "bad-organisation-number")),
        (TROMSO + TROMSO, (3, "orgnr", "duplicate-row")),
        (TROMSO + "972417971,Harstad,,,5401,5503\n", (3, "number_2020", "duplicate-row")),
        ("940101808,,,,5401,5501\n", (2, "name_nb", "name-missing")),
        ("940101808,Tromsø,,,,\n", (2, None, "missing-value")),
        ("940101808,Tromsø,,,541,5501\n", (2, "number_2020", "bad-municipality-number")),
    ],
)
def test_a_wrong_row_of_the_register_is_named(load: Load, rows: str, expected: tuple[int, str, str]) -> None:
    assert refusals(load, "municipalities", REGISTER + rows) == [expected]


def test_a_number_of_another_municipality_is_named(load: Load) -> None:
    load(Asked(kind="municipalities", content=(REGISTER + TROMSO).encode()))

    assert refusals(load, "municipalities", REGISTER + "972417971,Harstad,,,5402,5501\n") == [
        (2, "number_2024", "number-taken")
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("5401,5501,2026,0\n", (2, "population", "not-a-population")),
        ("5401,5501,2026,-5\n", (2, "population", "not-a-population")),
        ("5401,5501,2026,79 943\n", (2, "population", "not-a-whole-number")),
        ("5401,5501,2026,\n", (2, "population", "not-a-whole-number")),
        ("5401,5501,2026,99999999999999999999\n", (2, "population", "not-a-whole-number")),
        ("5401,5501,2026,100000001\n", (2, "population", "out-of-range")),
        ("5401,5501,26,79943\n", (2, "year", "bad-year")),
        ("5401,5501,1799,79943\n", (2, "year", "out-of-range")),
        ("5401,5501,3000,79943\n", (2, "year", "out-of-range")),
        ("5499,5501,2026,79943\n", (2, "number_2020", "unknown-number")),
        ("5401,5503,2026,79943\n", (2, None, "numbers-disagree")),
        (",,2026,79943\n", (2, None, "missing-value")),
        ("5401,,2026,79943\n,5501,2026,79943\n", (3, "year", "duplicate-row")),
    ],
)
def test_a_wrong_row_of_inhabitants_is_named(load: Load, row: str, expected: tuple[int, str, str]) -> None:
    load(Asked(kind="municipalities", content=(REGISTER + TROMSO + HARSTAD).encode()))

    assert refusals(load, "population", "number_2020,number_2024,year,population\n" + row) == [expected]


def test_as_many_inhabitants_as_the_api_takes_are_taken_in_the_first_and_the_last_year(load: Load) -> None:
    load(Asked(kind="municipalities", content=(REGISTER + TROMSO).encode()))
    rows = "".join(f"5401,{year},{MOST_INHABITANTS}\n" for year in (1800, 2999))
    plan = load(Asked(kind="population", content=f"number_2020,year,population\n{rows}".encode()))

    assert (plan.rows, plan.new) == (2, 2)


@pytest.mark.parametrize("year", ["1799", "3000", "9999"])
def test_a_column_of_numbers_of_an_impossible_year_is_unknown(load: Load, year: str) -> None:
    text = f"orgnr,name_nb,name_se,name_fkv,number_2024,number_{year}\n940101808,Tromsø,,,5501,5501\n"

    assert refusals(load, "municipalities", text) == [(1, None, "wrong-columns")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("5499,X,5599,X,2024-01-01\n", (2, "old_code", "unknown-number")),
        ("541,X,5501,X,2024-01-01\n", (2, "old_code", "bad-municipality-number")),
        ("5401,X,5501,X,1.1.2024\n", (2, "change_occurred", "bad-date")),
        ("5401,X,5501,X,0001-01-01\n", (2, "change_occurred", "out-of-range")),
        ("5401,X,5501,X,1799-12-31\n", (2, "change_occurred", "out-of-range")),
        ("5401,X,5501,X,3000-01-01\n", (2, "change_occurred", "out-of-range")),
        ("5501,Tromsø,5501,Tromsø - Romsa,2026-01-01\n", (2, "old_code", "names-unknown")),
        ("5401,X,5503,X,2024-01-01\n", (2, "old_code", "later-fact-known")),
        ("5401,X,5501,X,2024-01-01\n" * 2, (3, "old_code", "duplicate-row")),
    ],
)
def test_a_wrong_row_of_changes_is_named(load: Load, row: str, expected: tuple[int, str, str]) -> None:
    load(Asked(kind="municipalities", content=(REGISTER + TROMSO + HARSTAD).encode()))
    header = "old_code,old_name,new_code,new_name,change_occurred\n"

    assert refusals(load, "renumbering", header + row) == [expected]


def test_all_wrong_rows_are_named_at_once(load: Load) -> None:
    text = REGISTER + TROMSO + "972417972,Harstad,,,5402,5503\n944588132,Alta,,,54,5601\n"

    assert [line for line, _, _ in refusals(load, "municipalities", text)] == [3, 4]
