"""Events of membership to what notifications knows of a municipality."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.membership.contract import (
    MunicipalityCorrected,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    Names,
)
from services.notifications.municipalities.tables import known_municipalities
from shared.messages import Recorded
from shared.readmodels import Projection, Row

_NAMES = {"name_nb": "nb", "name_se": "se", "name_fkv": "fkv"}


def on_municipality_registered(row: Row | None, recorded: Recorded[MunicipalityRegistered]) -> Row:
    """The municipality is known, with its first names and perhaps a number."""
    event = recorded.event
    since = event.valid_from.isoformat()
    known = row or {"names": [], "numbers": []}
    number = [] if event.number is None else [{"valid_from": since, "number": event.number}]
    return {
        "municipality_id": event.municipality_id,
        "names": _dated([*known["names"], _names(since, event.names)]),
        "numbers": _dated([*known["numbers"], *number]),
        "example": recorded.example or event.invented,
    }


def on_municipality_renamed(row: Row | None, recorded: Recorded[MunicipalityRenamed]) -> Row | None:
    """Other names from a date on."""
    event = recorded.event
    if row is None:
        return None
    return row | {"names": _dated([*row["names"], _names(event.valid_from.isoformat(), event.names)])}


def on_municipality_renumbered(row: Row | None, recorded: Recorded[MunicipalityRenumbered]) -> Row | None:
    """Another number from a date on."""
    event = recorded.event
    if row is None:
        return None
    number = {"valid_from": event.valid_from.isoformat(), "number": event.number}
    return row | {"numbers": _dated([*row["numbers"], number])}


def on_municipality_corrected(row: Row | None, recorded: Recorded[MunicipalityCorrected]) -> Row | None:
    """A name, a number or the date on which they begin was recorded wrongly; no other facts are kept here."""
    event = recorded.event
    if row is None:
        return None
    since = event.valid_from.isoformat()
    if event.fact == "number":
        return row | {"numbers": _corrected(row["numbers"], since, "number", event.new_value)}
    if event.fact in _NAMES:
        return row | {"names": _corrected(row["names"], since, _NAMES[event.fact], event.new_value)}
    if event.fact == "valid_from" and event.new_value is not None:
        return row | {kind: _moved(row[kind], since, event.new_value) for kind in ("names", "numbers")}
    return row


def _names(since: str, names: Names) -> dict[str, Any]:
    return {"valid_from": since, "nb": names.nb, "se": names.se, "fkv": names.fkv}


def _dated(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_day = {fact["valid_from"]: fact for fact in facts}
    return [by_day[day] for day in sorted(by_day)]


def _moved(facts: list[dict[str, Any]], since: str, to: str) -> list[dict[str, Any]]:
    # Membership takes a date in any form of ISO 8601; days are compared as texts of one form.
    return _dated(_corrected(facts, since, "valid_from", date.fromisoformat(to).isoformat()))


def _corrected(
    facts: list[dict[str, Any]], since: str, field: str, value: str | None
) -> list[dict[str, Any]]:
    return [fact | {field: value} if fact["valid_from"] == since else fact for fact in facts]


MUNICIPALITIES = Projection(
    table=known_municipalities,
    on={
        MunicipalityRegistered: on_municipality_registered,
        MunicipalityRenamed: on_municipality_renamed,
        MunicipalityRenumbered: on_municipality_renumbered,
        MunicipalityCorrected: on_municipality_corrected,
    },
)
