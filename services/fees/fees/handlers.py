"""Confirm a year: look once more, compare with what was seen, determine every fee."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from services.fees.fees.domain import MissingNotAcknowledged, PreviewOutdated, fees
from services.fees.fees.preview import determinations, preview
from shared.decider import Decider
from shared.eventstore import Handled

Handle = Callable[[Decider[Any, Any, Any], str, Any], Handled]
"""`Transaction.handle`, or what the web kit offers for a request."""


def confirm_year(
    handle: Handle,
    connection: Connection,
    year: int,
    *,
    preview_hash: str,
    acknowledge_missing: bool = False,
) -> dict[str, Any]:
    """Determine every fee of the preview whose hash was seen, in the caller's one transaction.

    Raises PreviewOutdated where anything has changed since, MissingNotAcknowledged where members
    cannot be determined and that was not accepted. Confirmed again, nothing happens.
    """
    shown = preview(connection, year)
    if shown["hash"] != preview_hash:
        raise PreviewOutdated("Something has changed since the preview.", hash=shown["hash"])
    if shown["missing"] and not acknowledge_missing:
        listed = [
            {"municipality_id": line["municipality_id"], "cause": line["cause"]} for line in shown["missing"]
        ]
        raise MissingNotAcknowledged("Members cannot be determined.", missing=listed)
    written = 0
    for command in determinations(shown):
        written += len(handle(fees, fees.stream(command.municipality_id, str(year)), command).events)
    totals = shown["totals"]
    return {
        "year": year,
        "currency": "NOK",
        "newly_determined": written,
        "determined": totals["municipalities"],
        "to_pay_ore": totals["to_pay_ore"],
        "missing": len(shown["missing"]),
    }
