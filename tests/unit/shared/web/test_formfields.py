"""What people type into a form, and what it means."""

from __future__ import annotations

from datetime import date

import pytest
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from shared.web.formfields import Count, LastDate, Upload


def test_a_last_day_is_loaded_as_the_first_day_after_it() -> None:
    assert LastDate().deserialize("2026-12-31") == date(2027, 1, 1)


@pytest.mark.parametrize("typed", ["i morgen", "2026-02-30", "9999-12-31"])
def test_a_last_day_after_which_there_is_no_day_is_not_one(typed: str) -> None:
    with pytest.raises(ValidationError, match="Not a valid date"):
        LastDate().deserialize(typed)


@pytest.mark.parametrize(
    "typed", ["25204", "25 204", "25\N{NO-BREAK SPACE}204", " 25\N{NARROW NO-BREAK SPACE}204 "]
)
def test_a_count_may_have_spaces_between_its_thousands(typed: str) -> None:
    assert Count().deserialize(typed) == 25204


@pytest.mark.parametrize("typed", ["25,5", "25.204", "mange", ""])
def test_what_is_no_whole_number_is_no_count(typed: str) -> None:
    with pytest.raises(ValidationError, match="Not a valid integer"):
        Count().deserialize(typed)


def test_a_file_is_taken_and_a_text_in_its_place_is_not() -> None:
    file = FileStorage(filename="avtale.pdf")

    assert Upload().deserialize(file) is file
    with pytest.raises(ValidationError, match="Velg en fil"):
        Upload().deserialize("avtale.pdf")
