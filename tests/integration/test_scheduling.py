"""What a date brings is written once, on its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shared import clock, refusals
from shared.scheduling import Schedule
from tests.support.garage import Company
from tests.support.parking_company import places, sweeping


def test_what_is_due_is_written_once(small_company: Company) -> None:
    schedule = Schedule(small_company.garage, [sweeping])

    assert schedule.write_due(date(2026, 3, 31)) == 0
    assert schedule.write_due(date(2026, 4, 1)) == 1
    assert schedule.write_due(date(2026, 4, 1)) == 0
    assert schedule.write_due(date(2026, 4, 2)) == 0
    (event,) = small_company.garage.history(stream=places.stream("g1", "spring"))
    assert event.actor == "system/sweeping"


def test_a_refused_date_stands_on_the_list_once(small_company: Company) -> None:
    small_company.rent("spring", car="EK 1")
    schedule = Schedule(small_company.garage, [sweeping])
    schedule.write_due(date(2026, 4, 1))
    schedule.write_due(date(2026, 4, 1))

    with small_company.garage.reading() as connection:
        (refusal,) = refusals.unsettled(connection)
    assert refusal["code"] == "place-taken"


def test_what_goes_through_at_a_later_attempt_leaves_the_list_by_itself(small_company: Company) -> None:
    small_company.rent("spring", car="EK 1")
    schedule = Schedule(small_company.garage, [sweeping])
    schedule.write_due(date(2026, 4, 1))
    small_company.free("spring")

    assert schedule.write_due(date(2026, 4, 2)) == 1
    with small_company.garage.reading() as connection:
        assert refusals.unsettled(connection) == []


def test_the_clock_can_be_moved_for_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVIRKE_CLOCK", str(tmp_path / "clock"))
    clock.move_to(clock.start_of(date(2031, 5, 17)))

    assert clock.today() == date(2031, 5, 17)
