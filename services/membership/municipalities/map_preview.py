"""What a change of the map would lead to, before anybody records it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection

from services.membership.memberships.queries import memberships
from services.membership.memberships.queries import rows as ways
from services.membership.municipalities.domain import decide
from services.membership.municipalities.identity import Municipality, link_of
from services.membership.municipalities.map_changes import MapChange, event_of
from services.membership.municipalities.projection import facts_in
from services.membership.municipalities.queries import View, rows, view
from services.membership.population.queries import Figure, latest_figures
from shared.errors import Refused
from shared.web.norwegian import sort_key

Fate = Literal["ceases", "goes_on", "comes_after", "gives_area", "receives_area"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What happens to one municipality; `member` says whether it is one until the day."""

    municipality: View
    figure: Figure | None
    member: bool
    fate: Fate


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everybody who takes part, and why it cannot be recorded (by field, Norwegian), if it cannot.

    `recorded`: it stands there already, and to record it again changes nothing.
    """

    lines: tuple[Line, ...]
    errors: dict[str, list[str]]
    recorded: bool


def preview(connection: Connection, changes: Sequence[MapChange]) -> Preview:
    """Decide on `changes`, one for each that takes part, as if they were recorded now."""
    change = changes[0]
    link = link_of(event_of(change))
    until = link.on - timedelta(days=1)
    known = {row["municipality_id"]: row for row in rows(connection)}
    figures = latest_figures(connection, until)
    members = {
        one.municipality_id for one in memberships(ways(connection)) if one.standing(until) == "member"
    }
    lines, errors, new = [], dict[str, list[str]](), 0
    for asked in changes:
        one, row = asked.municipality_id, known.get(asked.municipality_id)
        try:
            new += len(decide(facts_in(row) if row else Municipality(), asked))
        except Refused as refusal:
            name = view(row, link.on).name if row else "Ukjent kommune"
            told = errors.setdefault(refusal.details.get("field", "_schema"), [])
            told.append(refusal.nb if refusal.code == "not-taking-part" else f"{name}: {refusal.nb}")
        if row:
            fate = _fate(link.kind, before=one in link.before, after=one in link.after)
            lines.append(
                Line(municipality=view(row, until), figure=figures.get(one), member=one in members, fate=fate)
            )
    lines.sort(key=lambda line: (line.fate == "comes_after", sort_key(line.municipality.name)))
    found = {field: list(dict.fromkeys(texts)) for field, texts in errors.items()}
    return Preview(lines=tuple(lines), errors=found, recorded=not new and not found)


def _fate(kind: str, *, before: bool, after: bool) -> Fate:
    if kind == "boundary_adjustment":
        return "gives_area" if before else "receives_area"
    if before and after:
        return "goes_on"
    return "ceases" if before else "comes_after"
