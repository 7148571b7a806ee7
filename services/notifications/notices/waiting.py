"""What waits for the office in notifications, as sentences for its front page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.notifications.notices.queries import notices_of, unread_count
from shared import refusals
from shared.web import follow_ups

OFFICE_LIST = "/notifications/varsler"


def items(connection: Connection) -> list[dict[str, Any]]:
    """Follow-ups that were refused, and that there are notices which nobody has read."""
    found = [_refused(refusal) for refusal in refusals.unsettled(connection)]
    count = unread_count(connection, "office")
    if count:
        newest = notices_of(connection, audience="office", unread=True, limit=1)[0]
        text = "Kontoret har ett ulest varsel." if count == 1 else f"Kontoret har {count} uleste varsler."
        found.append(_item("notices-unread", text, None, newest["raised_at"], "info"))
    return found


def _refused(refusal: dict[str, Any]) -> dict[str, Any]:
    text = f"Et varsel ble ikke laget: {refusal['nb']}"
    href = follow_ups.address("notifications", refusal)
    return _item("follow-up-refused", text, refusal["key"], refusal["refused_at"], "danger", href)


def _item(
    kind: str, text: str, municipality_id: str | None, since: str, severity: str, href: str = OFFICE_LIST
) -> dict[str, Any]:
    return {
        "kind": kind,
        "text": text,
        "municipality_id": municipality_id,
        "href": href,
        "since": since,
        "severity": severity,
    }
