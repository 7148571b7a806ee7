"""What fees knows of municipalities: their facts for a reckoning, and what to call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table

from services.fees.municipalities.tables import hosts, memberships, municipalities, populations
from shared.rowsql import all_rows, rows_among


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A population figure and the event that gave it."""

    as_of: date
    inhabitants: int
    source: str
    event_id: str
    invented: bool


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time of membership under one agreement version; `valid_to` None is open.

    `host` where the municipality hosts that version; then its publication is among the events.
    """

    valid_from: date
    valid_to: date | None
    event_ids: tuple[str, ...]
    host: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a fee of the municipality can depend on, besides rates and grants.

    Spans end where the municipality itself ceased. `example` is set where the municipality or
    one of its memberships is example data.
    """

    municipality_id: str
    figures: tuple[Figure, ...]
    spans: tuple[Span, ...]
    invited_on: date | None
    reply_by: date | None
    example: bool


@dataclass(frozen=True, kw_only=True)
class Name:
    """What to call a municipality on a date."""

    municipality_id: str
    number: str | None
    nb: str
    se: str | None
    fkv: str | None
    invented: bool

    @property
    def full(self) -> str:
        """All official names, the Norwegian one first."""
        return " - ".join(name for name in (self.nb, self.se, self.fkv) if name)


def facts_of(connection: Connection, ids: Sequence[str] | None = None) -> list[Facts]:
    """The facts of these municipalities, or of all, in the order of their ids."""
    known = _rows(connection, municipalities, ids)
    if not known:
        return []
    figures = _grouped(_rows(connection, populations, ids))
    versions = _grouped(_hosted(connection, _rows(connection, memberships, ids)))
    return [
        _facts(row, figures.get(row["municipality_id"], []), versions.get(row["municipality_id"], []))
        for row in known
    ]


def names_on(connection: Connection, day: date) -> dict[str, Name]:
    """Number and names of every municipality as they held on `day`, by municipality id."""
    rows = _rows(connection, municipalities, None)
    return {row["municipality_id"]: _name(row, day) for row in rows}


def name_on(connection: Connection, municipality_id: str, day: date) -> Name | None:
    """Number and names of a municipality as they held on `day`; None where it is not known."""
    rows = _rows(connection, municipalities, [municipality_id])
    return _name(rows[0], day) if rows else None


def _rows(connection: Connection, table: Table, ids: Sequence[str] | None) -> list[dict[str, Any]]:
    if ids is None:
        return all_rows(connection, table)
    return rows_among(connection, table, "municipality_id", ids)


def _grouped(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["municipality_id"], []).append(row)
    return groups


def _hosted(connection: Connection, versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The memberships with the event that makes the municipality their version's host, or None."""
    if not versions:
        return []
    said = {
        (host["municipality_id"], host["agreement_version"]): host["event_id"]
        for host in all_rows(connection, hosts)
    }
    return [
        version | {"host_event_id": said.get((version["municipality_id"], version["agreement_version"]))}
        for version in versions
    ]


def _facts(row: dict[str, Any], figures: list[dict[str, Any]], versions: list[dict[str, Any]]) -> Facts:
    spans = [_span(term, row, version["host_event_id"]) for version in versions for term in version["terms"]]
    return Facts(
        municipality_id=row["municipality_id"],
        figures=tuple(
            Figure(
                as_of=figure["as_of"],
                inhabitants=figure["inhabitants"],
                source=figure["source"],
                event_id=figure["event_id"],
                invented=figure["invented"],
            )
            for figure in figures
        ),
        spans=tuple(sorted(spans, key=lambda span: span.valid_from)),
        invited_on=row["invited_on"] if row["ceased_on"] is None else None,
        reply_by=row["reply_by"],
        example=row["example"] or any(version["example"] for version in versions),
    )


def _span(term: dict[str, Any], row: dict[str, Any], host_event_id: str | None) -> Span:
    ends = date.fromisoformat(term["member_to"]) if term["member_to"] else None
    events = [term["from_event_id"], term["to_event_id"], host_event_id]
    ceased: date | None = row["ceased_on"]
    if ceased is not None and (ends is None or ceased < ends):
        ends = ceased
        events.append(row["ceased_event_id"])
    return Span(
        valid_from=date.fromisoformat(term["member_from"]),
        valid_to=ends,
        event_ids=tuple(event for event in events if event),
        host=host_event_id is not None,
    )


def _name(row: dict[str, Any], day: date) -> Name:
    number = _holding(row["numbers"], day)
    names = _holding(row["names"], day)
    return Name(
        municipality_id=row["municipality_id"],
        number=number.get("number"),
        nb=names.get("nb") or row["municipality_id"],
        se=names.get("se"),
        fkv=names.get("fkv"),
        invented=row["invented"],
    )


def _holding(facts: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """The fact that holds on the day; before the first one, the first."""
    held = [fact for fact in facts if fact["valid_from"] <= day.isoformat()]
    return held[-1] if held else (facts[0] if facts else {})
