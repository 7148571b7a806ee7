"""A municipality is registered, renumbered and renamed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities.domain import (
    MunicipalityAlreadyRegistered,
    RegisterMunicipality,
    RenameMunicipality,
    RenumberMunicipality,
    municipalities,
)
from services.membership.municipalities.requirements import (
    BadNumber,
    BadOrganisationNumber,
    LaterFactKnown,
    MunicipalityNotThere,
    MunicipalityUnknown,
    NameMissing,
    NumberTaken,
    required,
)
from tests.support.examples.membership import (
    HARSTAD,
    LYNGEN,
    municipality_merged,
    municipality_registered,
    municipality_renamed,
    municipality_renumbered,
)
from tests.support.given_when_then import Scenario, assert_says_a_sentence

given = Scenario(municipalities).given

register_it = RegisterMunicipality(
    municipality_id=LYNGEN,
    organisation_number="840014932",
    number="5424",
    names=Names(nb="Lyngen"),
    valid_from=date(2020, 1, 1),
)
renumber_it = RenumberMunicipality(number="5536", valid_from=date(2024, 1, 1))
rename_it = RenameMunicipality(names=Names(nb="Lyngen", se="Ivgu", fkv="Yykeä"), valid_from=date(2026, 1, 1))


def test_a_municipality_is_registered_and_its_county_follows_from_the_number() -> None:
    given().when(register_it).then(municipality_registered(county_number="54"))


def test_registering_the_same_again_is_nothing_new() -> None:
    given(municipality_registered()).when(register_it).then_nothing()


def test_registering_the_same_again_after_a_renumbering_is_nothing_new() -> None:
    given(municipality_registered(), municipality_renumbered()).when(register_it).then_nothing()


def test_registering_something_else_under_a_known_id_is_refused() -> None:
    other = replace(register_it, names=Names(nb="Ullsfjord"))

    given(municipality_registered()).when(other).then_refused(
        MunicipalityAlreadyRegistered,
        field="organisation_number",
        municipality_id="4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424",
    )


def test_registering_other_numbers_or_another_kind_under_a_known_id_is_refused() -> None:
    for other in (
        replace(register_it, number="5425"),
        replace(register_it, organisation_number="972417734"),
        replace(register_it, invented=True),
    ):
        given(municipality_registered()).when(other).then_refused(
            MunicipalityAlreadyRegistered,
            field="organisation_number",
            municipality_id="4b9c1e52-0c35-5d0e-8f86-4e0f0d3a5424",
        )


def test_registering_the_same_again_after_a_renaming_is_nothing_new() -> None:
    given(municipality_registered(), municipality_renamed()).when(register_it).then_nothing()


def test_an_invented_municipality_has_no_wrong_numbers() -> None:
    invented = replace(register_it, invented=True)

    given().when(replace(invented, number="542")).then_refused(BadNumber, field="number")
    given().when(replace(invented, organisation_number="840014933")).then_refused(
        BadOrganisationNumber, field="organisation_number"
    )


def test_a_municipality_that_is_not_invented_has_an_organisation_number() -> None:
    given().when(replace(register_it, organisation_number=None)).then_refused(
        BadOrganisationNumber, field="organisation_number"
    )


def test_an_organisation_number_that_another_municipality_has_is_refused() -> None:
    taken = replace(register_it, organisation_taken_by=HARSTAD)

    given().when(taken).then_refused(
        NumberTaken, field="organisation_number", municipality_id="1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402"
    )


def test_a_number_of_three_digits_is_refused() -> None:
    given().when(replace(register_it, number="542")).then_refused(BadNumber, field="number")


def test_only_an_invented_municipality_may_lack_numbers() -> None:
    nameless = replace(register_it, number=None, organisation_number=None)

    given().when(nameless).then_refused(BadNumber, field="number")
    given().when(replace(nameless, invented=True)).then(
        municipality_registered(number=None, organisation_number=None, county_number=None, invented=True)
    )


def test_a_wrong_check_digit_is_refused() -> None:
    wrong = replace(register_it, organisation_number="840014933")

    given().when(wrong).then_refused(BadOrganisationNumber, field="organisation_number")


def test_an_organisation_number_with_spaces_is_refused() -> None:
    given().when(replace(register_it, organisation_number="840 014 932")).then_refused(
        BadOrganisationNumber, field="organisation_number"
    )


def test_an_organisation_number_in_other_digits_than_plain_ones_is_refused() -> None:
    full_width = "840014932".translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})

    given().when(replace(register_it, organisation_number=full_width)).then_refused(
        BadOrganisationNumber, field="organisation_number"
    )


def test_a_municipality_without_a_norwegian_name_is_refused() -> None:
    given().when(replace(register_it, names=Names(nb=" "))).then_refused(NameMissing, field="names.nb")


def test_a_number_that_another_municipality_has_is_refused() -> None:
    given().when(replace(register_it, taken_by=HARSTAD)).then_refused(
        NumberTaken, municipality_id=HARSTAD, field="number"
    )


def test_a_municipality_is_renumbered_and_the_county_follows() -> None:
    given(municipality_registered()).when(renumber_it).then(municipality_renumbered(county_number="55"))


def test_the_number_it_has_already_is_nothing_new() -> None:
    given(municipality_registered(), municipality_renumbered()).when(renumber_it).then_nothing()


def test_a_renumbering_before_a_known_one_is_refused() -> None:
    earlier = RenumberMunicipality(number="1938", valid_from=date(2022, 1, 1))

    given(municipality_registered(), municipality_renumbered()).when(earlier).then_refused(
        LaterFactKnown, field="valid_from", valid_from="2024-01-01"
    )


def test_a_second_number_from_the_same_day_is_refused() -> None:
    again = RenumberMunicipality(number="5599", valid_from=date(2024, 1, 1))

    given(municipality_registered(), municipality_renumbered()).when(again).then_refused(
        LaterFactKnown, field="valid_from", valid_from="2024-01-01"
    )


def test_a_new_number_that_another_municipality_has_is_refused() -> None:
    given(municipality_registered()).when(replace(renumber_it, taken_by=HARSTAD)).then_refused(
        NumberTaken, field="number", municipality_id="1d1f3c0a-64a7-5a7b-9d0c-2f4b7a515402"
    )


def test_a_new_number_of_letters_is_refused() -> None:
    given(municipality_registered()).when(replace(renumber_it, number="55A6")).then_refused(
        BadNumber, field="number"
    )


def test_a_municipality_that_nobody_knows_cannot_be_renumbered() -> None:
    given().when(renumber_it).then_refused(MunicipalityUnknown)


def test_an_invented_municipality_without_a_number_cannot_be_renumbered() -> None:
    invented = municipality_registered(number=None, county_number=None, invented=True)

    given(invented).when(renumber_it).then_refused(BadNumber)


def test_a_municipality_is_not_renumbered_before_it_exists() -> None:
    early = replace(renumber_it, valid_from=date(2019, 12, 31))

    given(municipality_registered()).when(early).then_refused(
        MunicipalityNotThere, valid_from="2020-01-01", field="valid_from"
    )


def test_on_its_first_day_a_municipality_has_its_number() -> None:
    first_day = RenumberMunicipality(number="5424", valid_from=date(2020, 1, 1))

    given(municipality_registered()).when(first_day).then_nothing()


def test_a_municipality_that_will_cease_is_renumbered_until_then() -> None:
    given(municipality_registered(), municipality_merged()).when(renumber_it).then(municipality_renumbered())


def test_a_municipality_that_has_ceased_is_not_renumbered() -> None:
    late = replace(renumber_it, valid_from=date(2030, 1, 1))

    given(municipality_registered(), municipality_merged()).when(late).then_refused(
        MunicipalityNotThere, field="valid_from", ceased_on="2030-01-01"
    )


def test_a_municipality_gets_sami_and_kven_names() -> None:
    given(municipality_registered()).when(rename_it).then(municipality_renamed())


def test_the_names_it_has_already_are_nothing_new() -> None:
    given(municipality_registered(), municipality_renamed()).when(rename_it).then_nothing()


def test_other_names_before_known_later_ones_are_refused() -> None:
    earlier = RenameMunicipality(names=Names(nb="Lyngen", se="Ivgu"), valid_from=date(2025, 1, 1))

    given(municipality_registered(), municipality_renamed()).when(earlier).then_refused(
        LaterFactKnown, field="valid_from", valid_from="2026-01-01"
    )


def test_new_names_need_a_norwegian_one() -> None:
    given(municipality_registered()).when(replace(rename_it, names=Names(nb=""))).then_refused(
        NameMissing, field="names.nb"
    )


def test_events_tell_the_county_and_the_names_that_they_replace() -> None:
    known = municipalities.fold([municipality_registered()])

    assert municipalities.previous(known, municipality_renumbered()) == {"county_number": "54"}
    assert municipalities.previous(known, municipality_renamed()) == {
        "names": {"nb": "Lyngen", "se": None, "fkv": None}
    }


def test_the_events_of_a_municipality_are_ordered_by_its_id() -> None:
    stream = municipalities.stream(MunicipalityId(LYNGEN))

    assert stream == f"municipality-{LYNGEN}"
    assert municipalities.key(stream) == LYNGEN
    assert municipalities.subject(stream) == f"municipality/{LYNGEN}"


def test_a_fact_is_required_for_a_day_on_which_one_holds() -> None:
    numbers = municipalities.fold([municipality_registered()]).numbers

    assert required(numbers, date(2020, 1, 1)) == numbers[0]
    with pytest.raises(MunicipalityNotThere) as raised:
        required(numbers, date(2019, 12, 31))
    assert raised.value.details == {"field": "valid_from"}
    assert_says_a_sentence(raised.value)
