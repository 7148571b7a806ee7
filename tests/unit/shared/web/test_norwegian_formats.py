"""Money, numbers and dates as people here write them, and the alphabet with its Sami letters."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shared.web.fieldtexts import in_norwegian
from shared.web.norwegian import antall, dato, fold_search, kortdato, kroner, sort_key, tidspunkt, til_og_med


@pytest.mark.parametrize(
    ("ore", "text"),
    [
        (27_602_000, "kr 276 020,00"),
        (8_996_750, "kr 89 967,50"),
        (708_253_000, "kr 7 082 530,00"),
        (5, "kr 0,05"),
        (0, "kr 0,00"),
        (-12_345, "\N{MINUS SIGN}kr 123,45"),
        (None, "\N{EN DASH}"),
    ],
)
def test_an_amount_is_written_in_kroner(ore: int | None, text: str) -> None:
    assert kroner(ore).replace("\N{NO-BREAK SPACE}", " ") == text


def test_an_amount_is_never_broken_over_lines() -> None:
    assert " " not in kroner(27_602_000)


def test_a_number_is_grouped_by_three() -> None:
    assert [antall(number).replace("\N{NO-BREAK SPACE}", " ") for number in (25_204, 999, -1_000)] == [
        "25 204",
        "999",
        "\N{MINUS SIGN}1 000",
    ]


def test_a_date_is_written_long_or_short() -> None:
    assert dato(date(2026, 1, 1)) == dato("2026-01-01") == "1. januar 2026"
    assert kortdato("2026-01-01") == "01.01.2026"
    assert dato(None) == kortdato(None) == "\N{EN DASH}"


def test_a_moment_has_the_date_of_norwegian_clocks() -> None:
    late = "2026-06-30T22:30:00.000000Z"

    assert dato(late) == "1. juli 2026"
    assert tidspunkt(late) == "1. juli 2026 kl. 00.30"
    assert tidspunkt(datetime(2026, 1, 1, 13, 5, tzinfo=UTC)) == "1. januar 2026 kl. 14.05"


def test_the_end_of_an_interval_is_shown_as_its_last_day() -> None:
    last = til_og_med("2027-01-01")

    assert f"{last}" == "31. desember 2026"
    assert "til " + str(last) == "til 31. desember 2026"
    assert isinstance(last, date)
    assert kortdato(last) == "31.12.2026"
    assert til_og_med(None) == "\N{EN DASH}"


def test_sami_letters_stand_near_their_base_letters() -> None:
    words = [
        "Deatnu",
        "Čáhcesuolu",
        "Dávvesiida",
        "Guovdageaidnu",
        "Đ",
        "Cato",
        "Šuoššjávri",
        "Tana",
        "Ŧ",
        "Sør",
    ]

    assert sorted(words, key=sort_key) == [
        "Čáhcesuolu",
        "Cato",
        "Đ",
        "Dávvesiida",
        "Deatnu",
        "Guovdageaidnu",
        "Šuoššjávri",
        "Sør",
        "Ŧ",
        "Tana",
    ]


def test_accents_only_decide_between_words_that_are_otherwise_alike() -> None:
    assert sorted(["Gáivuotna", "Gaivuotna B", "Gaivuotna"], key=sort_key) == [
        "Gaivuotna",
        "Gáivuotna",
        "Gaivuotna B",
    ]


def test_a_double_a_may_count_as_the_last_letter() -> None:
    words = ["Aasen", "Berg", "Ås"]

    assert sorted(words, key=lambda word: sort_key(word, aa=True)) == ["Berg", "Ås", "Aasen"]
    assert sorted(words, key=sort_key) == ["Aasen", "Berg", "Ås"]


def test_search_does_not_mind_hyphens_and_finds_aa_with_one_a() -> None:
    assert fold_search("Nordreisa - Ráisa") == fold_search("nordreisa raisa")
    assert fold_search("Måsøy") == "masoy"
    assert fold_search("Loabák-Lavangen") == "loabak lavangen"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Missing data for required field.", "Må fylles ut."),
        (
            "Must be greater than or equal to 1 and less than or equal to 12.",
            "Må være fra og med 1 til og med 12.",
        ),
        ("Longer than maximum length 20.", "Kan ha høyst 20 tegn."),
        ("Kommunen er ikke medlem.", "Kommunen er ikke medlem."),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_norwegian(message: str, text: str) -> None:
    assert in_norwegian(message) == text
