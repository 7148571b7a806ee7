"""What a date brings is written once, on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from shared import clock, ids, refusals
from shared.reactions import Due, Rule
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
    # By this it is known again, also where the rule's command would lead to something a second time.
    assert event.event_id == ids.derived_id(event.stream, "sweeping", "2026-04-01")


def test_a_refused_date_stands_on_the_list_once(small_company: Company) -> None:
    small_company.rent("spring", car="EK 1")
    schedule = Schedule(small_company.garage, [sweeping])
    schedule.write_due(date(2026, 4, 1))
    schedule.write_due(date(2026, 4, 1))

    with small_company.garage.reading() as connection:
        (refusal,) = refusals.unsettled(connection)
    assert (refusal["code"], refusal["times"]) == ("place-taken", 1)


def test_a_date_that_is_refused_every_day_is_one_case(small_company: Company) -> None:
    small_company.rent("spring", car="EK 1")
    daily = Schedule(small_company.garage, [every_day()])
    for day in (1, 2, 2, 3):
        daily.write_due(date(2026, 4, day))

    (refusal,) = listed(small_company)
    assert refusal["times"] == 3
    assert refusal["cause"] != refusal["last_cause"]


def test_what_the_office_has_settled_does_not_come_back_every_day(small_company: Company) -> None:
    small_company.rent("spring", car="EK 1")
    daily = Schedule(small_company.garage, [every_day()])
    daily.write_due(date(2026, 4, 1))
    with small_company.garage.database.writing() as connection:
        (refusal,) = refusals.unsettled(connection)
        refusals.settle(connection, refusal["refusal_id"], actor="office", because="the car stays")
    daily.write_due(date(2026, 4, 2))
    assert listed(small_company) == []

    small_company.free("spring")
    daily.write_due(date(2026, 4, 3))
    small_company.free("spring")
    small_company.rent("spring", car="EK 2")
    daily.write_due(date(2026, 4, 4))
    assert [one["times"] for one in listed(small_company)] == [1]


def test_what_is_due_no_longer_leaves_the_list(small_company: Company) -> None:
    small_company.rent("spring", car="EK 1")
    Schedule(small_company.garage, [sweeping]).write_due(date(2026, 4, 1))
    nothing_due = replace(sweeping, due=lambda _connection, _today: [])
    Schedule(small_company.garage, [replace(nothing_due, whole=False)]).write_due(date(2026, 4, 1))
    assert len(listed(small_company)) == 1
    Schedule(small_company.garage, [nothing_due]).write_due(date(2026, 4, 1))

    assert listed(small_company) == []


def every_day() -> Rule:
    """Sweeping as a rule that asks anew on each day, under another cause."""

    def due(connection: Connection, today: date) -> list[Due]:
        return [replace(one, on=today) for one in sweeping.due(connection, today)]

    return replace(sweeping, due=due)


def listed(company: Company) -> list[dict[str, Any]]:
    with company.garage.reading() as connection:
        return refusals.unsettled(connection)


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
