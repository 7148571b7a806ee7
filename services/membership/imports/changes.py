"""What rows of old and new codes of one day mean: renaming, renumbering, merger, split, adjustment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from services.membership.imports.csv_file import Line


class Kind(Enum):
    """What a change is, in the words of the contract."""

    RENAMING = "renaming"
    RENUMBERING = "renumbering"
    MERGER = "merger"
    SPLIT = "split"
    BOUNDARY_ADJUSTMENT = "boundary adjustment"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change with the rows that tell of it; `new` of an adjustment are the receivers."""

    kind: Kind
    old: tuple[str, ...]
    new: tuple[str, ...]
    lines: tuple[Line, ...]


def classify(lines: Sequence[Line]) -> list[Change]:
    """The changes that the rows of one day tell of (KLASS 131: see the boundary adjustments of 2026).

    An old code that also maps to itself goes on: it gave area away. A naive reading would see
    a split, and the receivers as products of a merger.
    """
    by_old = _grouped(lines, "old_code")
    adjustments, splits, others = [], [], []
    for old, rows in by_old.items():
        codes = {row.cells["new_code"] for row in rows}
        if len(codes) > 1 and old in codes:
            adjustments.append(_change(Kind.BOUNDARY_ADJUSTMENT, [old], _others(codes, old), rows))
        elif len(codes) > 1:
            splits.append((old, rows))
        else:
            others += rows
    merged = _grouped([*others, *(row for _, rows in splits for row in rows)], "new_code")
    renamed = [_single(Kind.RENAMING, row) for row in others if _is_renaming(row, merged)]
    mergers = [
        _change(Kind.MERGER, sorted({row.cells["old_code"] for row in rows}), [new], rows)
        for new, rows in merged.items()
        if len(rows) > 1
    ]
    renumbered = [
        _single(Kind.RENUMBERING, row)
        for row in others
        if not _is_renaming(row, merged) and len(merged[row.cells["new_code"]]) == 1
    ]
    divided = [
        _change(Kind.SPLIT, [old], sorted({row.cells["new_code"] for row in rows}), rows)
        for old, rows in splits
    ]
    # Renumberings first: a merger or an adjustment names its parts by the numbers of the day.
    return [*renumbered, *divided, *mergers, *adjustments, *renamed]


def _is_renaming(row: Line, merged: dict[str, list[Line]]) -> bool:
    code = row.cells["new_code"]
    return row.cells["old_code"] == code and len(merged[code]) == 1


def _single(kind: Kind, row: Line) -> Change:
    return _change(kind, [row.cells["old_code"]], [row.cells["new_code"]], [row])


def _change(kind: Kind, old: Iterable[str], new: Iterable[str], lines: Iterable[Line]) -> Change:
    return Change(kind=kind, old=tuple(old), new=tuple(new), lines=tuple(lines))


def _others(codes: Iterable[str], one: str) -> list[str]:
    return sorted(code for code in codes if code != one)


def _grouped(lines: Iterable[Line], column: str) -> dict[str, list[Line]]:
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.cells[column]].append(line)
    return grouped
