"""When two reckonings rest on the same: event ids and wording may differ, inputs may not."""

from __future__ import annotations

from datetime import date

from services.fees.contract import Arithmetic, Changed


def differences(before: Arithmetic, after: Arithmetic) -> tuple[Changed, ...]:
    """Which inputs are not as they were; empty where amount and basis are the same."""
    found: list[Changed] = []
    both_liable = before.liability == after.liability == "liable"
    if before.liability != after.liability or (both_liable and _exempt(before) != _exempt(after)):
        found.append("liability")
    moved = _moved_one_offs(before, after) if both_liable else set()
    first_differs = before.first_member_from != after.first_member_from
    if _edges(before) != _edges(after) or (moved and first_differs):
        found.append("membership")
    if both_liable:
        found += _differing_lines(before, after, moved)
    return tuple(found)


def same(before: Arithmetic | None, after: Arithmetic) -> bool:
    """Whether `after` says nothing new."""
    return before is not None and not differences(before, after)


def _moved_one_offs(before: Arithmetic, after: Arithmetic) -> set[str]:
    """The one-offs that only one of them asks for, since membership first began on another day or as host."""
    if (before.first_member_from, _exempt(before)) == (after.first_member_from, _exempt(after)):
        return set()
    return _one_offs(before) ^ _one_offs(after)


def _one_offs(arithmetic: Arithmetic) -> set[str]:
    return {line.component for line in arithmetic.lines if line.kind == "one_off"}


def _differing_lines(before: Arithmetic, after: Arithmetic, moved: set[str]) -> list[Changed]:
    found: list[Changed] = []
    if _figure(before) != _figure(after):
        found.append("population")
    # Another band may follow from another figure; under the same figure it is another schedule.
    with_bands = _figure(before) == _figure(after)
    if _rates(before, moved, with_bands=with_bands) != _rates(after, moved, with_bands=with_bands):
        found.append("schedule")
    if _grants_differ(before, after):
        found.append("grant")
    return found


def _edges(arithmetic: Arithmetic) -> set[date]:
    """When membership begins and ends; where it goes on with or without hosting it does neither."""
    spans = arithmetic.membership
    return {span.valid_from for span in spans} ^ {span.valid_to for span in spans}


def _exempt(arithmetic: Arithmetic) -> list[tuple[date, date]]:
    return [(span.valid_from, span.valid_to) for span in arithmetic.membership if span.host_exempt]


def _figure(arithmetic: Arithmetic) -> tuple[date, int] | None:
    used = arithmetic.population
    return (used.as_of, used.inhabitants) if used else None


def _rates(
    arithmetic: Arithmetic, without: set[str], *, with_bands: bool
) -> tuple[str, list[tuple[str, str, int | None]]]:
    return arithmetic.proration, [
        (line.component, line.kind, line.rate_ore if with_bands or line.kind != "bands" else None)
        for line in arithmetic.lines
        if line.component not in without
    ]


def _grants_differ(before: Arithmetic, after: Arithmetic) -> bool:
    """Whether somebody else pays what both of them ask for; a line that comes or goes is no grant's doing."""
    grantors = {line.component: line.grantor for line in before.lines}
    return any(line.grantor != grantors[line.component] for line in after.lines if line.component in grantors)
