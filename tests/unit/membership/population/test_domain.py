"""The number of inhabitants on a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.membership.population.domain import (
    NotAFigure,
    RecordPopulation,
    SourceMissing,
    population,
)
from tests.support.examples.membership import LYNGEN, population_updated
from tests.support.given_when_then import Scenario

given = Scenario(population).given

record_it = RecordPopulation(
    municipality_id=LYNGEN,
    as_of=date(2026, 1, 1),
    inhabitants=2732,
    source="SSB 07459",
    published_on=date(2026, 2, 24),
)


def test_a_figure_is_recorded() -> None:
    given().when(record_it).then(population_updated())


def test_the_same_figure_again_is_nothing_new() -> None:
    given(population_updated()).when(record_it).then_nothing()


def test_a_re_issued_figure_says_which_one_it_replaces() -> None:
    given(population_updated()).when(replace(record_it, inhabitants=2740)).then(
        population_updated(inhabitants=2740, replaces=2732)
    )


def test_figures_of_other_dates_stand() -> None:
    earlier = population_updated(as_of=date(2025, 1, 1), inhabitants=2734)

    given(earlier).when(record_it).then(population_updated())


def test_the_latest_figure_of_each_date_is_the_one_that_counts() -> None:
    earlier = population_updated(as_of=date(2025, 1, 1), inhabitants=2734)
    told = (earlier, population_updated(), population_updated(inhabitants=2740, replaces=2732))

    given(*told).when(replace(record_it, inhabitants=2740)).then_nothing()
    given(*told).when(replace(record_it, as_of=date(2025, 1, 1), inhabitants=2734)).then_nothing()
    given(*told).when(record_it).then(population_updated(replaces=2740))


def test_one_inhabitant_is_a_population() -> None:
    given().when(replace(record_it, inhabitants=1)).then(population_updated(inhabitants=1))


def test_that_a_figure_is_not_invented_after_all_is_worth_recording() -> None:
    given(population_updated(invented=True)).when(record_it).then(population_updated(replaces=2732))


def test_the_day_of_publishing_may_be_unknown_and_be_learnt_later() -> None:
    unknown = population_updated(published_on=None)

    given(unknown).when(record_it).then(population_updated(replaces=2732))
    given(population_updated()).when(replace(record_it, published_on=None)).then_nothing()


def test_another_source_is_worth_recording() -> None:
    given(population_updated()).when(replace(record_it, source="SSB 06913")).then(
        population_updated(source="SSB 06913", replaces=2732)
    )


@pytest.mark.parametrize("inhabitants", [0, -1])
def test_zero_is_not_a_population(inhabitants: int) -> None:
    given().when(replace(record_it, inhabitants=inhabitants)).then_refused(NotAFigure, field="inhabitants")


def test_a_figure_says_who_gives_it() -> None:
    given().when(replace(record_it, source=" ")).then_refused(SourceMissing, field="source")


def test_an_event_tells_the_figure_it_replaces_only_when_it_is_another() -> None:
    known = population.fold([population_updated()])

    assert population.previous(known, population_updated(inhabitants=2740)) == {"inhabitants": 2732}
    assert population.previous(known, population_updated(source="SSB 06913")) == {}
