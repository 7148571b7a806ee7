"""A roster as a CSV file for a spreadsheet: no names of persons, contacts by their id (M-10)."""

from __future__ import annotations

from services.groups.wording import SEAT_ROLES
from shared.csv_export import export
from shared.readmodels import Row

HEADER = (
    "gruppe",
    "kommune",
    "kommunenummer",
    "plass",
    "status",
    "rolle",
    "vara",
    "kontakt_id",
    "fra",
    "til_og_ikke_med",
    "eksempel",
)


def roster_csv(roster: Row, *, mark: bool) -> bytes:
    """One line for each seat and one more for its deputy; vacant seats stand there as vacant. For `mark` see `export`."""
    lines = []
    for seat in roster["seats"]:
        lines.append(_line(roster, seat, seat["member"]))
        if seat["deputy"] is not None:
            lines.append(_line(roster, seat, seat["deputy"]))
    return export(HEADER, [dict(zip(HEADER, line, strict=True)) for line in lines], mark=mark)


def _line(roster: Row, seat: Row, term: Row | None) -> tuple[str, ...]:
    place = (
        roster["group"]["name"],
        seat["municipality"] or "",
        seat["municipality_number"] or "",
        str(seat["seat"]),
    )
    example = "ja" if seat["example"] else "nei"
    if term is None:
        return (*place, "ledig", "", "", "", "", "", example)
    return (
        *place,
        "besatt",
        SEAT_ROLES[term["role"]],
        "ja" if term["deputy"] else "nei",
        term["contact_id"],
        term["valid_from"].isoformat(),
        term["valid_to"].isoformat() if term["valid_to"] else "",
        example,
    )
