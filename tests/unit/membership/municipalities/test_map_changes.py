"""Mergers, splits and boundary adjustments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.membership.contract import MunicipalitySplit
from services.membership.municipalities.domain import municipalities
from services.membership.municipalities.map_changes import (
    NotTakingPart,
    RecordBoundaryAdjustment,
    RecordMerger,
    RecordSplit,
    taking_part,
)
from services.membership.municipalities.requirements import MunicipalityNotThere, MunicipalityUnknown
from tests.support.examples.membership import (
    HARSTAD,
    LYNGEN,
    NEIGHBOUR,
    municipality_boundary_adjusted,
    municipality_merged,
    municipality_registered,
    municipality_split,
)
from tests.support.given_when_then import Scenario

given = Scenario(municipalities).given

merge = RecordMerger(
    municipality_id=LYNGEN,
    predecessors=(LYNGEN, NEIGHBOUR),
    successor=HARSTAD,
    merged_on=date(2030, 1, 1),
)
split = RecordSplit(
    municipality_id=LYNGEN,
    predecessor=LYNGEN,
    successors=(HARSTAD, NEIGHBOUR),
    split_on=date(2030, 1, 1),
)
adjust = RecordBoundaryAdjustment(
    municipality_id=LYNGEN, giver=LYNGEN, receivers=(NEIGHBOUR,), adjusted_on=date(2026, 1, 1)
)


def test_a_merger_is_written_to_each_that_takes_part() -> None:
    assert taking_part(merge) == (LYNGEN, NEIGHBOUR, HARSTAD)


def test_a_predecessor_ceases_on_the_day_of_the_merger() -> None:
    given(municipality_registered()).when(merge).then(municipality_merged())

    after = municipalities.fold([municipality_registered(), municipality_merged()])

    assert after.ceased_on == date(2030, 1, 1)


def test_a_municipality_that_takes_others_in_goes_on() -> None:
    takes_in = replace(merge, successor=LYNGEN)
    merged = municipality_merged(successor=LYNGEN)
    given(municipality_registered()).when(takes_in).then(merged)

    after = municipalities.fold([municipality_registered(), merged])

    assert after.ceased_on is None


def test_a_successor_exists_from_the_day_of_the_merger() -> None:
    new = municipality_registered(municipality_id=HARSTAD, valid_from=date(2030, 1, 1))
    late = municipality_registered(municipality_id=HARSTAD, valid_from=date(2031, 1, 1))
    asked = replace(merge, municipality_id=HARSTAD)

    given(new).when(asked).then(municipality_merged(municipality_id=HARSTAD))
    given(late).when(asked).then_refused(
        MunicipalityNotThere, field="merged_on", municipality_id="1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402"
    )


def test_a_municipality_that_begins_on_the_day_of_the_merger_is_no_predecessor() -> None:
    new = municipality_registered(valid_from=date(2030, 1, 1))

    given(new).when(merge).then_refused(
        MunicipalityNotThere, field="merged_on", municipality_id="4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424"
    )


def test_a_successor_goes_on_after_the_day_of_the_merger() -> None:
    def divided(on: date) -> MunicipalitySplit:
        return municipality_split(municipality_id=HARSTAD, predecessor=HARSTAD, split_on=on)

    there = municipality_registered(municipality_id=HARSTAD)
    asked = replace(merge, municipality_id=HARSTAD)

    for ceased in (date(2029, 1, 1), date(2030, 1, 1)):
        given(there, divided(ceased)).when(asked).then_refused(
            MunicipalityNotThere, field="merged_on", municipality_id="1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402"
        )
    given(there, divided(date(2030, 1, 2))).when(asked).then(municipality_merged(municipality_id=HARSTAD))


def test_the_same_merger_again_is_nothing_new() -> None:
    given(municipality_registered(), municipality_merged()).when(merge).then_nothing()


def test_a_municipality_that_ceased_earlier_cannot_merge() -> None:
    earlier = municipality_merged(merged_on=date(2029, 1, 1))

    given(municipality_registered(), earlier).when(merge).then_refused(
        MunicipalityNotThere, field="merged_on", municipality_id="4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424"
    )


def test_parts_of_a_divided_municipality_can_go_into_a_merger_on_the_same_day() -> None:
    given(municipality_registered(), municipality_split()).when(merge).then(municipality_merged())


def test_one_municipality_alone_cannot_merge() -> None:
    alone = replace(merge, predecessors=(LYNGEN,), successor=LYNGEN)

    given(municipality_registered()).when(alone).then_refused(NotTakingPart, field="predecessors")


def test_a_change_is_not_written_to_one_who_takes_no_part() -> None:
    stranger = replace(merge, predecessors=(NEIGHBOUR,))

    given(municipality_registered()).when(stranger).then_refused(
        NotTakingPart, municipality_id="4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424"
    )


def test_a_change_for_one_that_takes_part_is_not_written_to_another() -> None:
    given(municipality_registered()).when(replace(merge, municipality_id=NEIGHBOUR)).then_refused(
        NotTakingPart, municipality_id=LYNGEN
    )


def test_area_is_given_to_somebody() -> None:
    given(municipality_registered()).when(replace(adjust, receivers=())).then_refused(
        NotTakingPart, field="receivers"
    )


def test_a_change_is_not_written_to_one_that_nobody_knows() -> None:
    given().when(merge).then_refused(MunicipalityUnknown)


def test_a_divided_municipality_ceases() -> None:
    given(municipality_registered()).when(split).then(municipality_split())

    after = municipalities.fold([municipality_registered(), municipality_split()])

    assert after.ceased_on == date(2030, 1, 1)


def test_a_municipality_that_goes_on_was_not_divided() -> None:
    goes_on = replace(split, successors=(LYNGEN, HARSTAD))

    given(municipality_registered()).when(goes_on).then_refused(NotTakingPart, field="successors")


def test_a_municipality_is_divided_into_at_least_two() -> None:
    given(municipality_registered()).when(replace(split, successors=(HARSTAD,))).then_refused(
        NotTakingPart, field="successors"
    )


def test_a_giver_of_area_goes_on() -> None:
    given(municipality_registered()).when(adjust).then(municipality_boundary_adjusted())

    after = municipalities.fold([municipality_registered(), municipality_boundary_adjusted()])

    assert after.ceased_on is None


def test_nobody_gives_area_to_itself() -> None:
    given(municipality_registered()).when(replace(adjust, receivers=(LYNGEN,))).then_refused(
        NotTakingPart, field="receivers"
    )
