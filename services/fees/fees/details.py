"""One fee with all that was said of it, and what waits for the office."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.fees.fees.preview import gather, preview
from services.fees.fees.queries import arithmetic_of, deviating_rows, undetermined_years
from services.fees.fees.year_table import year_table
from services.fees.wording import CAUSES, CHANGED
from shared import refusals
from shared.readmodels import Row
from shared.web import follow_ups

View = dict[str, Any]

STAGES = (
    ("quote", "quoted_at"),
    ("estimate", "estimated_at"),
    ("proposal", "proposed_at"),
    ("determination", "determined_at"),
)
"""Columns of a row in the order in which a fee comes about, each with its moment."""


def fee_details(
    connection: Connection, row: Row, *, as_of: date | None = None, before: Row | None = None
) -> View:
    """The line of the year table, and every stage with its arithmetic and event id.

    `before` is the row of the year before, None where there is none.
    """
    last_year = [before] if before else []
    table = year_table(connection, row["year"], as_of=as_of, rows=[row], last_year_rows=last_year)
    deviation = row["deviation"]
    said = {stage: _said(row, stage, at) for stage, at in STAGES}
    if said["determination"] is not None and row["corrected_at"]:
        said["determination"]["at"] = row["corrected_at"]
    return {
        **table["fees"][0],
        "currency": table["currency"],
        **said,
        "first_determined_ore": row["first_determined_ore"],
        "deviation": deviation | {"expected": arithmetic_of(deviation["expected"])} if deviation else None,
        "settlements": row["settlements"],
        "waivers": row["waivers"],
    }


def waiting(connection: Connection, today: date) -> list[View]:
    """Refused follow-ups, deviations to settle, years to confirm, and members whose figure is late."""
    known = gather(connection, today)
    items = [_refused(refusal) for refusal in refusals.unsettled(connection)]
    items += [_deviation(row, known.names[row["municipality_id"]].nb) for row in deviating_rows(connection)]
    for year in sorted({*undetermined_years(connection, today.year), today.year}):
        items += _of_year(preview(connection, year, known=known), today)
    return items


def _of_year(shown: View, today: date) -> list[View]:
    year, ready = shown["year"], shown["totals"]["to_determine"]
    items = []
    if ready:
        text = f"Avgiften for {year} kan fastsettes for {_municipalities(ready)}."
        items.append(_item("year-to-confirm", text, f"/fees/{year}/bekreft", severity="action"))
    late = [line for line in shown["missing"] if _is_late(year, today)]
    for line in late:
        text = f"{line['name']} kan ikke fastsettes for {year}: {CAUSES[line['cause']]}."
        href = f"/fees/kommuner/{line['municipality_id']}"
        items.append(_item(line["cause"], text, href, line["municipality_id"], severity="warning"))
    return items


def _is_late(year: int, today: date) -> bool:
    """Figures of 1 January come in the second half of February; from March on one is missing."""
    return today >= date(year, 3, 1)


def _refused(refusal: View) -> View:
    stream = refusal["stream"]
    # Fees of a municipality are keyed by it; what concerns rates and grants is nobody's alone.
    municipality_id = refusal["key"] if stream.startswith("fee-") else None
    href = follow_ups.address("fees", refusal)
    text = f"En automatisk oppfølging ble avvist: {refusal['nb']}"
    return _item(
        "follow-up-refused", text, href, municipality_id, severity="danger", since=refusal["refused_at"]
    )


def _deviation(row: Row, name: str) -> View:
    deviation = row["deviation"]
    changed = ", ".join(CHANGED[each] for each in deviation["changed"])
    text = f"Avvik i avgiften for {row['year']}, {name}: endret {changed}."
    href = f"/fees/kommuner/{row['municipality_id']}/{row['year']}/avvik"
    found_at = deviation["found_at"]
    return _item("fee-deviation", text, href, row["municipality_id"], severity="action", since=found_at)


def _item(
    kind: str,
    text: str,
    href: str,
    municipality_id: str | None = None,
    *,
    severity: str,
    since: str | None = None,
) -> View:
    return {
        "kind": kind,
        "text": text,
        "municipality_id": municipality_id,
        "href": href,
        "since": since,
        "severity": severity,
    }


def _municipalities(count: int) -> str:
    return "1 kommune" if count == 1 else f"{count} kommuner"


def _said(row: Row, stage: str, at: str) -> View | None:
    arithmetic = arithmetic_of(row[stage])
    if arithmetic is None:
        return None
    return {"event_id": row[f"{stage}_event_id"], "at": row[at], "arithmetic": arithmetic}
