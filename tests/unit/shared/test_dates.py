"""A date is written in one way."""

from __future__ import annotations

from datetime import date

import pytest

from shared.dates import day_written


@pytest.mark.parametrize("text", ["20240101", "2024-W01-1", "2024-1-1", "2024-02-30", ""])
def test_a_date_that_is_written_otherwise_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"YYYY-MM-DD|isoformat|out of range"):
        day_written(text)


def test_a_date_is_written_as_year_month_and_day() -> None:
    assert day_written("2024-02-29") == date(2024, 2, 29)
