"""The year table as a file for a spreadsheet."""

from __future__ import annotations

from typing import Any

from shared.csv_export import export

COLUMNS = (
    "number",
    "name",
    "municipality_id",
    "year",
    "status",
    "inhabitants",
    "population_as_of",
    "quoted_ore",
    "estimated_ore",
    "proposed_ore",
    "determined_ore",
    "total_ore",
    "covered_ore",
    "waived_ore",
    "to_pay_ore",
    "difference_to_estimate_ore",
    "last_year_ore",
    "deviation_ore",
    "assumed",
    "example",
)
"""Columns of the file, named as in the API; amounts in øre."""


def year_csv(table: dict[str, Any]) -> bytes:
    """The lines of a year table, with a mark so that spreadsheets read its letters rightly."""
    rows = [line | {"assumed": " ".join(line["assumed"])} for line in table["fees"]]
    return export(COLUMNS, rows, mark=True)
