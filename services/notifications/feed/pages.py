"""Hendelser: the log for people, newest first, filtered by type, municipality and day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from services.notifications.feed.domain import KNOWN_TYPES
from services.notifications.feed.queries import LogFilter, log_page
from services.notifications.feed.wording import label
from services.notifications.municipalities.queries import KnownMunicipality, municipalities
from shared import clock
from shared.web.access import caller, requires
from shared.web.commands import connection
from shared.web.norwegian import sort_key

pages = Blueprint("feed_pages", __name__, url_prefix="/notifications", template_folder="../templates")

_FURTHEST_PAGE = 100_000


@pages.get("/hendelser")
@requires("notifications:read")
def log() -> str:
    """The log; a filter that cannot be read says so beside its field and does not filter."""
    asked = {name: request.args.get(name, "").strip() for name in ("type", "kommune", "fra", "til")}
    errors: dict[str, list[str]] = {}
    sought = LogFilter(
        type=asked["type"] or None,
        municipality_id=asked["kommune"] or None,
        first_day=_day(asked, "fra", errors),
        last_day=_day(asked, "til", errors),
    )
    number = _page_number(request.args.get("side", "1"))
    rows, more = log_page(connection(), sought, caller().municipality_id, number)
    known = municipalities(connection(), clock.today())
    return render_template(
        "notifications/hendelser.html",
        events=[_shown(row, known) for row in rows],
        types=sorted(((name, label(name)) for name in KNOWN_TYPES), key=lambda pair: sort_key(pair[1])),
        municipalities=[
            (one.municipality_id, f"{one.name} ({one.number})" if one.number else one.name)
            for one in sorted(known.values(), key=lambda one: sort_key(one.name))
        ],
        asked=asked,
        errors=errors,
        number=number,
        older=_address(asked, number + 1) if more else None,
        newer=_address(asked, number - 1) if number > 1 else None,
    )


def _shown(row: dict[str, Any], known: dict[str, KnownMunicipality]) -> dict[str, Any]:
    document = json.loads(row["document"])
    return {
        "label": label(row["type"]),
        "type": row["type"],
        "event_id": row["event_id"],
        "municipality": known.get(row["municipality_id"] or ""),
        "happened_on": clock.day_of(document["time"]),
        "recorded_at": row["recorded_at"],
        "actor": document["actor"],
        "example": document.get("example", False),
        "content": json.dumps(document["data"], ensure_ascii=False, indent=2),
    }


def _day(asked: dict[str, str], name: str, errors: dict[str, list[str]]) -> date | None:
    if not asked[name]:
        return None
    try:
        return date.fromisoformat(asked[name])
    except ValueError:
        errors[name] = ["Skriv datoen som ÅÅÅÅ-MM-DD, for eksempel 2026-01-31."]
        return None


def _page_number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(_FURTHEST_PAGE)) else 1
    return max(number, 1)


def _address(asked: dict[str, str], number: int) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"/notifications/hendelser?{urlencode(kept | {'side': number})}"
