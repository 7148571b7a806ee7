"""A file of comma- or semicolon-separated rows, read whole, with every fault named by its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

YEARS = range(1800, 3000)
"""The years that a file may speak of; any other is a slip of the keyboard."""

NUMBER_COLUMN = re.compile(r"number_((?:1[89]|2[0-9])[0-9]{2})")
"""`number_2024` holds the municipality numbers that are valid from 1 January 2024 (one of `YEARS`)."""


@dataclass(frozen=True, kw_only=True)
class RowError:
    """What is wrong in one line (counted from 1, the header), and the rule that says so."""

    line: int
    column: str | None
    rule: str
    value: str | None
    message: str
    nb: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the file: its line number and its cells, without the blanks around them."""

    number: int
    cells: dict[str, str]

    def wrong(self, column: str | None, rule: str, message: str, nb: str) -> RowError:
        """An error in this line."""
        value = self.cells.get(column) if column else None
        return RowError(line=self.number, column=column, rule=rule, value=value, message=message, nb=nb)

    def impossible(self, column: str) -> RowError:
        """The error that a date or year is none of `YEARS`."""
        first, last = YEARS[0], YEARS[-1]
        english = f"The year is not from {first} to {last}."
        return self.wrong(column, "out-of-range", english, f"Året må være fra {first} til {last}.")

    def numbers(self) -> list[tuple[str, str]]:
        """The columns of municipality numbers that are filled in, oldest first, with their values."""
        named = sorted(column for column in self.cells if NUMBER_COLUMN.fullmatch(column))
        return [(column, self.cells[column]) for column in named if self.cells[column]]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns a file has; `numbered` says that it also has at least one `number_YYYY`."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    numbered: bool = False

    def fault(self, header: Sequence[str]) -> str | None:
        """What is wrong with a header, in English; None if it is right."""
        missing = [name for name in self.required if name not in header]
        if self.numbered and not any(NUMBER_COLUMN.fullmatch(name) for name in header):
            missing.append("number_YYYY")
        unknown = [name for name in header if not self._knows(name)]
        twice = sorted({name for name in header if header.count(name) > 1})
        parts = [("missing", missing), ("unknown", unknown), ("twice", twice)]
        told = [f"{what}: {', '.join(repr(name) for name in names)}" for what, names in parts if names]
        return "; ".join(told) or None

    def _knows(self, name: str) -> bool:
        numbered = self.numbered and NUMBER_COLUMN.fullmatch(name) is not None
        return numbered or name in self.required or name in self.optional


def read_lines(content: bytes, columns: Columns) -> tuple[list[Line], list[RowError]]:
    """The rows of a UTF-8 file (a byte order mark is skipped) and what is wrong with its form.

    The header decides whether `;` or `,` separates. Empty lines are skipped.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [_no_text(content[: error.start], "not-utf-8", "The file is not UTF-8 text.")]
    before, nul, _ = content.partition(b"\0")
    if nul:  # UTF-8 has it, but PostgreSQL keeps no text with it
        return [], [_no_text(before, "text-unusable", "The file holds a NUL, which no text has.")]
    first = text.split("\n", 1)[0]
    return _rows(text, ";" if ";" in first else ",", columns)


def _rows(text: str, delimiter: str, columns: Columns) -> tuple[list[Line], list[RowError]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    errors: list[RowError] = []
    header: list[str] | None = None
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if header is None:
                header = row
                fault = columns.fault(header)
                if fault:
                    return [], [_wrong_columns(reader.line_num, f"Wrong columns ({fault}).")]
            elif len(row) != len(header) and any(row):
                found = f"The row has {len(row)} cells, the header {len(header)}."
                errors.append(_wrong_columns(reader.line_num, found))
            elif any(row):
                lines.append(Line(number=reader.line_num, cells=dict(zip(header, row, strict=True))))
    except csv.Error as error:
        errors.append(_wrong_columns(reader.line_num, f"The row cannot be read: {error}."))
    if not lines and not errors:
        errors.append(_wrong_columns(1, "The file has no rows."))
    return lines, errors


def _no_text(before: bytes, rule: str, message: str) -> RowError:
    return RowError(
        line=before.count(b"\n") + 1,
        column=None,
        rule=rule,
        value=None,
        message=message,
        nb="Fila er ikke lagret som UTF-8. Lagre den på nytt som «CSV UTF-8».",
    )


def _wrong_columns(line: int, message: str) -> RowError:
    return RowError(
        line=line,
        column=None,
        rule="wrong-columns",
        value=None,
        message=message,
        nb="Kolonnene er ikke som de skal være. Se hvilke kolonner fila skal ha.",
    )
