"""When two reckonings rest on the same: event ids and wording may differ, inputs may not."""

from __future__ import annotations

from datetime import date

from services.fees.contract import Arithmetic, Changed


def differences(before: Arithmetic, after: Arithmetic) -> tuple[Changed, ...]:
    """Which inputs are not as they were; empty where amount and basis are the same."""
    found: list[Changed] = []
    if before.liability != after.liability:
        found.append("liability")
    if _times(before) != _times(after):
        found.append("membership")
    if before.lines and after.lines:
        found += _differing_lines(before, after)
    return tuple(found)


def same(before: Arithmetic | None, after: Arithmetic) -> bool:
    """Whether `after` says nothing new."""
    return before is not None and not differences(before, after)


def _differing_lines(before: Arithmetic, after: Arithmetic) -> list[Changed]:
    found: list[Changed] = []
    if _figure(before) != _figure(after):
        found.append("population")
    # Another band may follow from another figure; under the same figure it is another schedule.
    with_bands = _figure(before) == _figure(after)
    if _rates(before, with_bands=with_bands) != _rates(after, with_bands=with_bands):
        found.append("schedule")
    if _covers(before) != _covers(after):
        found.append("grant")
    return found


def _times(arithmetic: Arithmetic) -> list[tuple[date, date]]:
    return [(span.valid_from, span.valid_to) for span in arithmetic.membership]


def _figure(arithmetic: Arithmetic) -> tuple[date, int] | None:
    used = arithmetic.population
    return (used.as_of, used.inhabitants) if used else None


def _rates(arithmetic: Arithmetic, *, with_bands: bool) -> tuple[str, list[tuple[str, str, int | None]]]:
    return arithmetic.proration, [
        (line.component, line.kind, line.rate_ore if with_bands or line.kind != "bands" else None)
        for line in arithmetic.lines
    ]


def _covers(arithmetic: Arithmetic) -> list[tuple[str, str | None]]:
    return [(line.component, line.grantor) for line in arithmetic.lines]
