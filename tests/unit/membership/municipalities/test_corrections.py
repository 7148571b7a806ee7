"""A dated fact that was recorded wrongly is corrected, with old value and reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.membership.contract import Names
from services.membership.municipalities.corrections import (
    BadDate,
    CorrectFact,
    DatesCross,
    FactDiffers,
    FactUnknown,
    ReasonMissing,
)
from services.membership.municipalities.domain import municipalities
from services.membership.municipalities.identity import FactName, Municipality, holding, value_of
from services.membership.municipalities.requirements import (
    BadNumber,
    BadOrganisationNumber,
    MunicipalityUnknown,
    NameMissing,
    NumberTaken,
)
from tests.support.examples.membership import (
    HARSTAD,
    municipality_corrected,
    municipality_merged,
    municipality_registered,
    municipality_renamed,
    municipality_renumbered,
)
from tests.support.given_when_then import Scenario

given = Scenario(municipalities).given
known = (municipality_registered(), municipality_renumbered(), municipality_renamed())

of_number = CorrectFact(
    fact="number", valid_from=date(2024, 1, 1), old_value="5536", new_value="5538", reason="Tastefeil"
)
of_date = CorrectFact(
    fact="valid_from",
    valid_from=date(2026, 1, 1),
    old_value="2026-01-01",
    new_value="2025-07-01",
    reason="Gjaldt tidligere",
)


def after(command: CorrectFact) -> Municipality:
    before = municipalities.fold(known)
    return municipalities.fold(municipalities.decide(before, command), before)


def test_a_number_is_corrected_and_the_county_with_it() -> None:
    number = holding(after(replace(of_number, new_value="5638")).numbers, date(2024, 6, 1))

    assert number is not None
    assert (number.number, number.county_number) == ("5638", "56")


def test_a_correction_tells_old_value_new_value_and_reason() -> None:
    given(*known).when(of_number).then(
        municipality_corrected(
            fact="number",
            valid_from=date(2024, 1, 1),
            old_value="5536",
            new_value="5538",
            reason="Tastefeil",
        )
    )


def test_a_correction_leaves_the_facts_of_other_dates_alone() -> None:
    corrected = after(of_number)

    assert value_of(corrected, "number", date(2020, 1, 1)) == "5424"
    assert value_of(corrected, "name_se", date(2026, 1, 1)) == "Ivgu"


@pytest.mark.parametrize(
    ("fact", "old", "new", "names"),
    [
        ("name_nb", "Lyngen", "Ullsfjord", Names(nb="Ullsfjord", se="Ivgu", fkv="Yykeä")),
        ("name_se", "Ivgu", "Ivggu", Names(nb="Lyngen", se="Ivggu", fkv="Yykeä")),
        ("name_fkv", "Yykeä", None, Names(nb="Lyngen", se="Ivgu", fkv=None)),
    ],
)
def test_each_name_is_corrected_by_itself_and_from_its_day_on(
    fact: FactName, old: str, new: str | None, names: Names
) -> None:
    corrected = after(
        CorrectFact(
            fact=fact, valid_from=date(2026, 1, 1), old_value=old, new_value=new, reason="Ikke vedtatt"
        )
    )

    assert [one.names for one in corrected.names] == [Names(nb="Lyngen"), names]


def test_of_what_begins_on_one_day_only_the_named_fact_is_corrected() -> None:
    first: dict[str, Any] = {"valid_from": date(2020, 1, 1), "reason": "Feil"}
    before = municipalities.fold(known)
    number = after(CorrectFact(fact="number", old_value="5424", new_value="5425", **first))
    organisation = after(
        CorrectFact(fact="organisation_number", old_value="840014932", new_value="972417971", **first)
    )

    assert (number.names, number.organisations) == (before.names, before.organisations)
    assert (organisation.names, organisation.numbers) == (before.names, before.numbers)


def test_the_fact_that_holds_is_the_last_that_has_begun() -> None:
    numbers = municipalities.fold(known).numbers
    days = (date(2019, 12, 31), date(2023, 12, 31), date(2024, 1, 1))
    held = [holding(numbers, day) for day in days]

    assert [fact.number if fact else None for fact in held] == [None, "5424", "5536"]


def test_an_organisation_number_is_corrected() -> None:
    organisation = CorrectFact(
        fact="organisation_number",
        valid_from=date(2020, 1, 1),
        old_value="840014932",
        new_value="972417971",
        reason="Feil enhet",
    )

    assert value_of(after(organisation), "organisation_number", date(2020, 1, 1)) == "972417971"


def test_a_date_is_moved_with_everything_that_begins_on_it() -> None:
    corrected = after(of_date)

    assert value_of(corrected, "name_se", date(2025, 7, 1)) == "Ivgu"
    assert date(2026, 1, 1) not in corrected.starts()


def test_a_date_is_not_moved_to_where_another_municipality_has_the_number() -> None:
    given(*known).when(replace(of_date, taken_by=HARSTAD)).then_refused(
        NumberTaken, field="new_value", municipality_id=HARSTAD
    )


def test_a_date_does_not_cross_the_fact_before_it() -> None:
    given(*known).when(replace(of_date, new_value="2019-01-01")).then_refused(
        DatesCross, field="new_value", dates=["2020-01-01", "2024-01-01", "2026-01-01"]
    )


def test_a_date_does_not_cross_the_fact_after_it() -> None:
    first = replace(of_date, valid_from=date(2020, 1, 1), old_value="2020-01-01", new_value="2024-01-01")

    given(*known).when(first).then_refused(
        DatesCross, field="new_value", dates=["2020-01-01", "2024-01-01", "2026-01-01"]
    )


@pytest.mark.parametrize("moved", ["2027-01-01", "2023-01-01"])
def test_a_date_may_move_later_and_past_what_does_not_begin_on_it(moved: str) -> None:
    given(*known).when(replace(of_date, new_value=moved)).then(
        municipality_corrected(
            fact="valid_from",
            valid_from=date(2026, 1, 1),
            old_value="2026-01-01",
            new_value=moved,
            reason="Gjaldt tidligere",
        )
    )


def test_a_municipality_may_turn_out_to_be_older() -> None:
    older = after(
        replace(of_date, valid_from=date(2020, 1, 1), old_value="2020-01-01", new_value="2019-01-01")
    )

    assert older.since == date(2019, 1, 1)


def test_a_date_comes_before_the_day_on_which_the_municipality_ceased() -> None:
    ceased = municipality_merged()

    given(*known, ceased).when(replace(of_date, new_value="2030-01-01")).then_refused(
        DatesCross, field="new_value", ceased_on="2030-01-01"
    )
    given(*known, ceased).when(replace(of_date, new_value="2029-12-31")).then(
        municipality_corrected(
            fact="valid_from",
            valid_from=date(2026, 1, 1),
            old_value="2026-01-01",
            new_value="2029-12-31",
            reason="Gjaldt tidligere",
        )
    )


def test_a_date_cannot_be_taken_away() -> None:
    given(*known).when(replace(of_date, new_value=None)).then_refused(BadDate, field="new_value")


def test_a_date_on_which_nothing_begins_is_not_moved() -> None:
    nothing = replace(of_date, valid_from=date(2025, 1, 1), old_value="2025-01-01")

    given(*known).when(nothing).then_refused(FactUnknown, dates=["2020-01-01", "2024-01-01", "2026-01-01"])


def test_a_date_does_not_come_after_the_municipality_has_ceased() -> None:
    late = replace(of_date, new_value="2031-01-01")

    given(*known, municipality_merged()).when(late).then_refused(
        DatesCross, field="new_value", ceased_on="2030-01-01"
    )


def test_a_corrected_date_is_a_date() -> None:
    for text in ("i fjor", "20290101"):
        given(*known).when(replace(of_date, new_value=text)).then_refused(BadDate, field="new_value")


def test_the_old_value_of_a_date_is_the_date_itself() -> None:
    given(*known).when(replace(of_date, old_value="2026-02-01")).then_refused(
        FactDiffers, standing="2026-01-01", old_value="2026-02-01"
    )


def test_correcting_to_what_stands_is_nothing_new() -> None:
    given(*known).when(replace(of_number, new_value="5536")).then_nothing()
    given(*known).when(replace(of_date, new_value="2026-01-01")).then_nothing()


def test_a_correction_of_something_that_does_not_stand_is_refused() -> None:
    given(*known).when(replace(of_number, old_value="5540")).then_refused(
        FactDiffers, standing="5536", old_value="5540"
    )


def test_a_correction_of_a_fact_that_does_not_begin_then_is_refused() -> None:
    given(*known).when(replace(of_number, valid_from=date(2025, 1, 1))).then_refused(
        FactUnknown, dates=["2020-01-01", "2024-01-01", "2026-01-01"]
    )


def test_a_correction_says_why() -> None:
    given(*known).when(replace(of_number, reason="  ")).then_refused(ReasonMissing, field="reason")


def test_a_corrected_number_has_four_digits() -> None:
    given(*known).when(replace(of_number, new_value=None)).then_refused(BadNumber, field="new_value")


def test_a_corrected_organisation_number_has_a_valid_check_digit() -> None:
    wrong = replace(of_number, fact="organisation_number", new_value="840014933")

    given(*known).when(wrong).then_refused(BadOrganisationNumber, field="new_value")


def test_a_norwegian_name_cannot_be_taken_away() -> None:
    given(*known).when(replace(of_number, fact="name_nb", new_value=None)).then_refused(
        NameMissing, field="new_value"
    )


@pytest.mark.parametrize("fact", ["name_se", "name_fkv"])
def test_an_empty_text_is_no_sami_or_kven_name(fact: FactName) -> None:
    given(*known).when(replace(of_number, fact=fact, new_value=" ")).then_refused(
        NameMissing, field="new_value"
    )


def test_a_corrected_number_that_another_municipality_has_is_refused() -> None:
    given(*known).when(replace(of_number, taken_by=HARSTAD)).then_refused(
        NumberTaken, field="new_value", municipality_id="1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402"
    )


def test_nothing_is_corrected_of_a_municipality_that_nobody_knows() -> None:
    given().when(of_number).then_refused(MunicipalityUnknown)
