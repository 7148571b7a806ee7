"""Rows of old and new codes: what they mean together."""

from __future__ import annotations

from services.membership.imports.changes import Kind, classify
from services.membership.imports.csv_file import Line


def told(*pairs: str) -> list[tuple[Kind, tuple[str, ...], tuple[str, ...]]]:
    lines = [
        Line(number=number, cells=dict(zip(("old_code", "new_code"), pair.split(">"), strict=True)))
        for number, pair in enumerate(pairs, start=2)
    ]
    return [(change.kind, change.old, change.new) for change in classify(lines)]


def test_equal_codes_are_a_change_of_name() -> None:
    assert told("5536>5536") == [(Kind.RENAMING, ("5536",), ("5536",))]


def test_one_old_and_one_new_code_are_a_renumbering() -> None:
    assert told("5401>5501", "5402>5503") == [
        (Kind.RENUMBERING, ("5401",), ("5501",)),
        (Kind.RENUMBERING, ("5402",), ("5503",)),
    ]


def test_several_old_codes_with_one_new_are_a_merger() -> None:
    assert told("1927>5421", "1928>5421", "1929>5421", "1931>5421") == [
        (Kind.MERGER, ("1927", "1928", "1929", "1931"), ("5421",))
    ]


def test_a_municipality_that_takes_another_in_keeps_its_number() -> None:
    assert told("2004>2004", "2017>2004") == [(Kind.MERGER, ("2004", "2017"), ("2004",))]


def test_one_old_code_with_several_new_ones_is_a_split() -> None:
    assert told("1507>1508", "1507>1580") == [(Kind.SPLIT, ("1507",), ("1508", "1580"))]


def test_an_old_code_that_also_maps_to_itself_is_only_a_boundary_adjustment() -> None:
    assert told("3118>3118", "3118>3207", "3118>3216") == [
        (Kind.BOUNDARY_ADJUSTMENT, ("3118",), ("3207", "3216"))
    ]


def test_a_receiver_of_area_that_is_renamed_has_not_merged() -> None:
    assert told("3118>3118", "3118>3207", "3207>3207") == [
        (Kind.BOUNDARY_ADJUSTMENT, ("3118",), ("3207",)),
        (Kind.RENAMING, ("3207",), ("3207",)),
    ]


def test_parts_of_a_divided_municipality_go_into_mergers() -> None:
    assert told("5012>5055", "5012>5056", "5011>5055", "5013>5056") == [
        (Kind.SPLIT, ("5012",), ("5055", "5056")),
        (Kind.MERGER, ("5011", "5012"), ("5055",)),
        (Kind.MERGER, ("5012", "5013"), ("5056",)),
    ]
