"""Tables as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MEDIA_TYPE = "text/csv; charset=utf-8"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (M-10)."""

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def safe_cell(value: Any) -> str:
    """`value` as the text of a cell; text that would run as a formula gets an apostrophe.

    A whole number is one, also a negative one, and stays as it is; None is an empty cell,
    truth is `true` or `false`.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def export(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, mark: bool = False) -> bytes:
    """UTF-8 with `;` between cells and a header row; with `mark`, a byte order mark for Excel."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(row[column]) for column in columns] for row in rows)
    return ((_MARK if mark else "") + text.getvalue()).encode()
