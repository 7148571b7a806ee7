"""What waits for the office in the groups, as sentences for its front page."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.groups.rosters import queries
from services.groups.wording import day_in_words
from shared import refusals
from shared.eventstore import Store
from shared.web import follow_ups
from shared.web.norwegian import sort_key

_SEVERITIES = ("danger", "warning", "info")


def items(connection: Connection, store: Store, today: date) -> list[dict[str, Any]]:
    """Vacant seats, terms that end within 60 days, and refused follow-ups; the most pressing first."""
    known = queries.facts(connection, store, as_of=today)
    found = [_refused(refusal) for refusal in refusals.unsettled(connection)]
    for item in queries.waiting(known, today):
        municipality = known.municipalities.get(item["municipality_id"])
        name = municipality.name if municipality else "Kommunen"
        found.append(_seat(item, name))
    return sorted(found, key=lambda item: (_SEVERITIES.index(item["severity"]), sort_key(item["text"])))


def _seat(item: dict[str, Any], municipality: str) -> dict[str, Any]:
    group = item["group"]["name"]
    if item["kind"] == "term-ends":
        text = f"{municipality}: perioden i {group} går ut {day_in_words(item['day'])}."
    elif item["count"] == 1:
        text = f"{municipality} har en ledig plass i {group}."
    else:
        text = f"{municipality} har {item['count']} ledige plasser i {group}."
    return {
        "kind": item["kind"],
        "text": text,
        "municipality_id": item["municipality_id"],
        "href": f"/groups/kommuner/{item['municipality_id']}",
        "since": item["day"].isoformat(),
        "severity": "info" if item["kind"] == "seat-vacant" else "warning",
    }


def _refused(refusal: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "follow-up-refused",
        "text": f"En automatisk oppfølging ble avvist: {refusal['nb']}",
        "municipality_id": refusal["key"] if not refusal["key"].startswith("group-") else None,
        "href": follow_ups.address("groups", refusal),
        "since": refusal["refused_at"],
        "severity": "danger",
    }
