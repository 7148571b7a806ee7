"""The first network's own files go in, once, and answer for every year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.membership.imports.handlers import KINDS, Asked, FileRefused, ImportKind, preview
from services.membership.imports.plans import Plan
from services.membership.municipalities import queries
from services.membership.population.queries import latest_figures, population_of
from shared.eventstore import Store

Load = Callable[[Asked], Plan]
FILES = Path("deploy/networks/digitrofi")


def asked(kind: ImportKind, published_on: date | None = None) -> Asked:
    return Asked(kind=kind, content=(FILES / f"{kind}.csv").read_bytes(), published_on=published_on)


@pytest.fixture
def everything(load: Load) -> list[Plan]:
    return [load(asked("municipalities")), load(asked("population")), load(asked("renumbering"))]


def test_the_39_go_in_with_their_numbers_and_figures(everything: list[Plan], store: Store) -> None:
    register, figures, renumbering = everything

    assert (register.new, figures.new, renumbering.unchanged) == (39, 273, 40)
    with store.reading() as connection:
        assert len(queries.all_municipalities(connection, date(2026, 1, 1))) == 39


def test_a_second_run_changes_nothing(everything: list[Plan], load: Load, store: Store) -> None:
    before = len(store.history())
    again = [load(asked(kind)) for kind in KINDS]

    assert [(plan.new, plan.changed) for plan in again] == [(0, 0)] * 3
    assert [plan.unchanged for plan in again] == [39, 273, 40]
    assert len(store.history()) == before


def test_the_same_register_gives_the_same_ids_in_every_suite(everything: list[Plan], store: Store) -> None:
    with store.reading() as connection:
        (tromso,) = queries.by_number(connection, "5401", date(2026, 1, 1))

    assert tromso.municipality_id == "6ba9f157-fe8d-5a49-bac7-e6530a947e09"


@pytest.mark.parametrize("number", ["5401", "5501", "940101808"])
def test_tromso_is_found_by_old_and_new_number(everything: list[Plan], store: Store, number: str) -> None:
    with store.reading() as connection:
        assert [one.name for one in queries.find(connection, number, date(2026, 1, 1))] == ["Tromsø"]
        assert [one.name for one in queries.by_number(connection, number, date(2026, 1, 1))] == ["Tromsø"]


def test_names_and_counties_hold_from_their_dates(everything: list[Plan], store: Store) -> None:
    def seen(number: str, day: date) -> tuple[str, str | None, str | None]:
        with store.reading() as connection:
            (one,) = queries.by_number(connection, number, day)
        return one.all_names, one.number, one.county_number

    assert seen("5516", date(2023, 12, 31)) == ("Gratangen", "5414", "54")
    assert seen("5516", date(2024, 1, 1)) == ("Gratangen - Rivtták", "5516", "55")
    assert seen("5536", date(2025, 12, 31)) == ("Lyngen", "5536", "55")
    assert seen("5536", date(2026, 1, 1)) == ("Lyngen - Ivgu - Yykeä", "5536", "55")
    assert seen("5436", date(2024, 1, 1)) == ("Porsanger - Porsáŋgu - Porsanki", "5622", "56")


def test_the_sums_of_the_years_are_shown_before_they_count(load: Load, store: Store) -> None:
    load(asked("municipalities"))
    with store.reading() as connection:
        plan = preview(connection, asked("population"))

        assert latest_figures(connection, date(2026, 12, 31)) == {}
    assert [(one.year, one.total) for one in plan.sums] == [
        (2020, 243_311),
        (2021, 242_168),
        (2022, 241_736),
        (2023, 242_452),
        (2024, 244_663),
        (2025, 245_521),
        (2026, 246_506),
    ]
    assert {(one.rows, one.recorded) for one in plan.sums} == {(39, 0)}


def test_a_re_issued_figure_replaces_the_earlier_and_known_at_keeps_it(load: Load, store: Store) -> None:
    load(asked("municipalities"))
    load(asked("population"))
    with store.reading() as connection:
        (loppa,) = queries.by_number(connection, "5614", date(2026, 1, 1))
        before = population_of(connection, loppa.municipality_id)[-1]
    content = b"number_2024;year;population\n5614;2026;850\n"
    plan = load(Asked(kind="population", content=content, published_on=date(2026, 4, 15)))

    with store.reading() as connection:
        after = population_of(connection, loppa.municipality_id)[-1]

    assert (plan.changed, plan.differences[0].before, plan.differences[0].change) == (1, 846, 4)
    assert (before.inhabitants, before.published_on) == (846, None)
    assert (after.inhabitants, after.replaces, after.published_on) == (850, 846, date(2026, 4, 15))


def test_a_day_of_publishing_learnt_later_is_recorded(load: Load) -> None:
    load(asked("municipalities"))
    load(asked("population"))

    plan = load(asked("population", published_on=date(2026, 2, 24)))

    assert (plan.new, plan.changed, plan.unchanged) == (0, 273, 0)


def test_a_file_with_one_wrong_row_leaves_nothing(load: Load, store: Store) -> None:
    load(asked("municipalities"))
    content = (FILES / "population.csv").read_bytes() + b"9999,9999,Utlandet,2026,5\n"

    with pytest.raises(FileRefused) as refused:
        load(Asked(kind="population", content=content))

    (row,) = refused.value.details["rows"]
    assert (row["line"], row["column"], row["rule"]) == (275, "number_2020", "unknown-number")
    with store.reading() as connection:
        assert latest_figures(connection, date(2026, 12, 31)) == {}
