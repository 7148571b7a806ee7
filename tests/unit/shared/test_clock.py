"""Moments are texts of fixed width, whatever the year."""

from __future__ import annotations

from datetime import date

import pytest

from shared import clock


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 7, 1), "2026-06-30T22:00:00.000000Z"),
        (date(1000, 1, 1), "0999-12-31T23:17:00.000000Z"),
        (date(2, 1, 1), "0001-12-31T23:17:00.000000Z"),
        (date(9999, 12, 31), "9999-12-30T23:00:00.000000Z"),
    ],
)
def test_the_begin_of_a_day_has_four_digits_of_year(day: date, moment: str) -> None:
    assert clock.moment(clock.start_of(day)) == moment
