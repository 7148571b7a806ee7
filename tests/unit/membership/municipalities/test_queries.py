"""A municipality is found by any name or number it ever had, and answers as of a date."""

from __future__ import annotations

from datetime import date

import pytest

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities.domain import municipalities
from services.membership.municipalities.projection import municipality_register
from services.membership.municipalities.queries import carrying, existing, found, view
from shared.messages import Event, Recorded
from shared.reading import fold_rows
from shared.readmodels import Row
from tests.support.examples.membership import (
    HARSTAD,
    LYNGEN,
    NEIGHBOUR,
    municipality_boundary_adjusted,
    municipality_corrected,
    municipality_registered,
    municipality_renamed,
    municipality_renumbered,
    municipality_split,
)

TODAY = date(2026, 11, 25)
lyngen = (municipality_registered(), municipality_renumbered(), municipality_renamed())
harstad = municipality_registered(
    municipality_id=HARSTAD,
    organisation_number="972417971",
    number="5402",
    names=Names(nb="Harstad", se="Hárstták"),
)
ase = municipality_registered(
    municipality_id=NEIGHBOUR, organisation_number=None, number="5499", names=Names(nb="Åsvik")
)


def rows(*events: Event) -> list[Row]:
    versions: dict[str, int] = {}
    recorded = []
    for event in events:
        one: str = getattr(event, "municipality_id")  # noqa: B009  # every event here has it
        versions[one] = versions.get(one, 0) + 1
        recorded.append(
            Recorded(
                event=event,
                event_id=f"{one}/{versions[one]}",
                service="membership",
                stream=municipalities.stream(one),
                version=versions[one],
                key=one,
                subject=f"municipality/{one}",
                type=event.type_name(),
                time="2026-01-01T00:00:00.000000Z",
                recorded_at="2026-01-01T00:00:00.000000Z",
                actor="office",
                correlation_id="test",
            )
        )
    return list(fold_rows(municipality_register, recorded).values())


def ids(views: list[object]) -> list[str]:
    return [str(getattr(one, "municipality_id")) for one in views]  # noqa: B009


@pytest.mark.parametrize(
    "text", ["lyngen", "IVGU", "yykea", "Yykeä", "5424", "5536", "840014932", "  Lyng ", "55"]
)
def test_a_municipality_is_found_by_any_name_or_number_it_ever_had(text: str) -> None:
    assert ids([*found(rows(*lyngen, harstad), text, TODAY)]) == [LYNGEN]


def test_a_name_is_found_at_a_date_before_it_was_official() -> None:
    hits = found(rows(*lyngen), "ivgu", date(2021, 1, 1))

    assert [one.all_names for one in hits] == ["Lyngen"]


def test_a_search_for_nothing_finds_nothing() -> None:
    assert found(rows(*lyngen), "  ", TODAY) == []


def test_a_municipality_answers_with_what_held_on_the_date() -> None:
    (row,) = rows(*lyngen)
    before, after = view(row, date(2023, 12, 31)), view(row, date(2024, 1, 1))

    assert (before.number, before.county_number) == ("5424", "54")
    assert (after.number, after.county_number) == ("5536", "55")
    assert view(row, date(2025, 12, 31)).all_names == "Lyngen"
    assert view(row, date(2026, 1, 1)).all_names == "Lyngen - Ivgu - Yykeä"
    assert after.version == 3


def test_a_correction_changes_the_answer() -> None:
    corrected = municipality_corrected(old_value="Yykeä", new_value="Yykeän")
    (row,) = rows(*lyngen, corrected)

    assert view(row, TODAY).names.fkv == "Yykeän"


def test_a_number_is_asked_for_on_a_date() -> None:
    known = rows(*lyngen)

    assert ids([*carrying(known, "5424", date(2023, 6, 30), TODAY)]) == [LYNGEN]
    assert carrying(known, "5424", date(2024, 1, 1), TODAY) == []
    assert carrying(known, "5424", date(2019, 1, 1), TODAY) == []
    assert ids([*carrying(known, "5424", None, TODAY)]) == [LYNGEN]


def test_an_organisation_number_is_asked_for_like_a_number() -> None:
    known = rows(*lyngen)

    assert ids([*carrying(known, "840014932", date(2026, 1, 1), TODAY)]) == [LYNGEN]


def test_a_number_with_several_successors_answers_with_all() -> None:
    known = rows(*lyngen, harstad, ase, municipality_split(split_on=date(2026, 6, 1)))

    assert ids([*carrying(known, "5424", None, TODAY)]) == [LYNGEN, HARSTAD, NEIGHBOUR]
    assert ids([*found(known, "ivgu", TODAY)]) == [LYNGEN, HARSTAD, NEIGHBOUR]


def test_after_a_boundary_adjustment_the_giver_answers_alone() -> None:
    known = rows(*lyngen, ase, municipality_boundary_adjusted())

    assert ids([*carrying(known, "5536", None, TODAY)]) == [LYNGEN]


def test_a_municipality_that_has_ceased_is_not_in_the_list_of_the_day() -> None:
    known = rows(*lyngen, harstad, municipality_split(split_on=date(2026, 6, 1)))

    assert ids([*existing(known, date(2026, 5, 31))]) == [HARSTAD, LYNGEN]
    assert ids([*existing(known, date(2026, 6, 1))]) == [HARSTAD]
    assert existing(known, date(2019, 12, 31)) == []


def test_lists_are_in_norwegian_order() -> None:
    tana = municipality_registered(
        municipality_id=MunicipalityId("tana"), names=Names(nb="Tana", se="Deatnu")
    )
    ostfold = municipality_registered(municipality_id=MunicipalityId("o"), names=Names(nb="Østre Toten"))

    assert [one.name for one in existing(rows(ase, ostfold, tana, *lyngen), TODAY)] == [
        "Lyngen",
        "Tana",
        "Østre Toten",
        "Åsvik",
    ]
