"""What people write in the forms becomes øre, components and years, or a word beside the field."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from services.fees.contract import Band, Component
from services.fees.fees.schemas import SettlementRequest, WaiverForm
from services.fees.grants.schemas import GrantForm, GrantRequest
from services.fees.schedules.schemas import ScheduleForm, ScheduleRequest, ore, parse_bands

FIXED = {"first_year": "2025", "fixed": "150 000,00", "proration": "none"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("150 000,00", 15_000_000), ("5", 500), ("0,5", 50), ("kr 12.05", 1205), ("150\xa0000", 15_000_000)],
)
def test_an_amount_is_read_as_people_write_it(text: str, expected: int) -> None:
    assert ore(text) == expected


@pytest.mark.parametrize("text", ["", "-5", "fem", "1,234", "1,2,3", "1,-", "9" * 13, "٣"])
def test_what_is_no_amount_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValidationError):
        ore(text)


def test_bands_stand_one_a_line() -> None:
    assert parse_bands("0; 25 000\n\n5 000; 40 000,50") == (
        Band(from_inhabitants=0, amount_ore=2_500_000),
        Band(from_inhabitants=5_000, amount_ore=4_000_050),
    )


@pytest.mark.parametrize("text", ["5000 40000", "x; 1", "0; mye", "9" * 13 + "; 1"])
def test_an_unclear_band_is_named_at_its_field(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ScheduleForm().load(FIXED | {"bands": text})
    assert list(refused.value.messages_dict) == ["bands"]


def test_what_is_not_filled_in_is_no_component() -> None:
    loaded = ScheduleForm().load(FIXED | {"per_inhabitant": "5"})

    assert loaded["components"] == (
        Component(name="fixed", label="Fast del", kind="fixed", amount_ore=15_000_000),
        Component(name="variable", label="Variabel del", kind="per_inhabitant", amount_ore=500),
    )
    assert (loaded["last_year"], loaded["host_pays"], loaded["decided_by"]) == (None, False, None)


@pytest.mark.parametrize("name", ["first_year", "proration"])
def test_what_is_missing_is_named_in_norwegian(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ScheduleForm().load({key: value for key, value in FIXED.items() if key != name})
    assert list(refused.value.messages_dict) == [name]


def test_unknown_fields_of_a_schedule_are_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        ScheduleRequest().load(
            {"first_year": 2025, "components": [], "proration": "none", "host_pays": True, "vat": "O"}
        )
    assert list(refused.value.messages_dict) == ["vat"]


def test_a_schedule_request_speaks_the_contracts_words() -> None:
    loaded = ScheduleRequest().load(
        {
            "first_year": 2025,
            "components": [
                {
                    "name": "size",
                    "label": "Trinn",
                    "kind": "bands",
                    "bands": [{"from_inhabitants": 0, "amount_ore": 1}],
                }
            ],
            "proration": "daily",
            "host_pays": False,
        }
    )

    assert loaded["components"] == [
        Component(name="size", label="Trinn", kind="bands", bands=(Band(from_inhabitants=0, amount_ore=1),))
    ]


def test_amounts_of_the_api_are_whole_numbers() -> None:
    component = {"name": "fixed", "label": "Fast del", "kind": "fixed", "amount_ore": 1.5}
    with pytest.raises(ValidationError):
        ScheduleRequest().load(
            {"first_year": 2025, "components": [component], "proration": "none", "host_pays": True}
        )


def test_a_waiver_without_an_amount_is_all_that_is_left() -> None:
    assert WaiverForm().load({"reason": "Vedtak"}) == {
        "waived_ore": None,
        "reason": "Vedtak",
    }


def test_a_settlement_says_what_is_to_happen() -> None:
    with pytest.raises(ValidationError) as refused:
        SettlementRequest().load({"deviation": "1", "reason": ""})
    assert sorted(refused.value.messages_dict) == ["outcome", "reason"]


def test_a_grant_names_its_years() -> None:
    with pytest.raises(ValidationError) as refused:
        GrantForm().load({"grantor": "Staten", "component": "fixed", "first_year": "", "last_year": "to"})
    assert sorted(refused.value.messages_dict) == ["first_year", "last_year"]


def test_a_year_in_words_is_no_year() -> None:
    with pytest.raises(ValidationError):
        GrantRequest().load({"grantor": "Staten", "component": "fixed", "years": ["2023"]})
