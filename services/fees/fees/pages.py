"""Avgift: the year with its sums, its confirmation, and a municipality's own fee with arithmetic."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from services.fees import wording
from services.fees.contract import MunicipalityId
from services.fees.fees.api import details, known_row, own_rows
from services.fees.fees.domain import SettleDeviation, WaiveFee, fees
from services.fees.fees.export import year_csv
from services.fees.fees.handlers import confirm_year
from services.fees.fees.preview import preview
from services.fees.fees.queries import known_years, rows_of_municipality
from services.fees.fees.schemas import ConfirmationRequest, SettlementRequest, WaiverForm
from services.fees.fees.year_table import year_table
from services.fees.municipalities.queries import name_on
from shared import clock
from shared.csv_export import MEDIA_TYPE
from shared.errors import NotFound
from shared.web.access import caller, requires
from shared.web.commands import connection, handle
from shared.web.forms import form
from shared.web.reads import as_of, known_at

pages = Blueprint("fees_pages", __name__, url_prefix="/fees", template_folder="../templates")


class MunicipalityUnknown(NotFound):
    """Fees has not heard of such a municipality."""

    code = "municipality-unknown"
    nb = "Kommunen finnes ikke, eller er ikke kjent her ennå."


@pages.get("/")
@requires("fees:read")
def start() -> str | Answer:
    """The current year for the office, its own fee for a municipality."""
    bound_to = caller().municipality_id
    if bound_to is not None:
        return redirect(url_for("fees_pages.municipality_tab", municipality_id=bound_to))
    return year_page(clock.today().year)


@pages.get("/<int(min=1, max=9998):year>")
@requires("fees:read", office=True)
def year_page(year: int) -> str:
    """The year table."""
    years = sorted({*known_years(connection()), clock.today().year, year}, reverse=True)
    table = year_table(
        connection(), year, as_of=as_of(), rows=own_rows(year), last_year_rows=own_rows(year - 1)
    )
    return render_template(
        "fees/fees/year.html",
        table=table,
        years=years,
        preview=preview(connection(), year, today=clock.today()),
        known_at=known_at(),
        as_of=as_of(),
        wording=wording,
    )


@pages.get("/<int(min=1, max=9998):year>.csv")
@requires("fees:read", office=True)
def year_file(year: int) -> Response:
    """The year table as CSV."""
    table = year_table(
        connection(), year, as_of=as_of(), rows=own_rows(year), last_year_rows=own_rows(year - 1)
    )
    answer = Response(year_csv(table), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="avgift-{year}.csv"'
    return answer


def confirmation_page(
    year: int,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,  # noqa: ARG001  # the hash of the new preview takes the place of the old one
) -> str:
    """The preview, with the button that determines exactly what it shows."""
    return render_template(
        "fees/fees/confirm.html",
        preview=preview(connection(), year, today=clock.today()),
        errors=errors or {},
        refusal=refusal,
        wording=wording,
    )


@pages.get("/<int(min=1, max=9998):year>/bekreft")
@requires("fees:read", office=True)
def show_confirmation(year: int) -> str:
    """Look before confirming."""
    return confirmation_page(year)


@pages.post("/<int(min=1, max=9998):year>/bekreft")
@requires("fees:write", office=True)
@form(ConfirmationRequest, page=confirmation_page)
def confirm(body: dict[str, Any], year: int) -> str:
    """Determine the year."""
    confirm_year(handle, connection(), year, **body)
    return url_for("fees_pages.year_page", year=year)


@pages.get("/kommuner/<uuid:municipality_id>")
@requires("fees:read", own="municipality_id")
def municipality_tab(municipality_id: UUID) -> str:
    """This year and next, then the years before."""
    today = clock.today()
    rows = rows_of_municipality(connection(), str(municipality_id))
    return render_template(
        "fees/fees/municipality.html",
        municipality=_municipality(municipality_id),
        fees=[details(row) for row in rows if row["year"] >= today.year],
        earlier=[details(row) for row in reversed(rows) if row["year"] < today.year],
        this_year=today.year,
        may_decide=caller().is_office and "fees:write" in caller().scopes,
        wording=wording,
    )


def settlement_page(
    municipality_id: UUID,
    year: int,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The open deviation with the old and the new arithmetic, and the form that settles it."""
    return _decision_page("settle", municipality_id, year, errors, refusal, values)


@pages.get("/kommuner/<uuid:municipality_id>/<int(min=1, max=9998):year>/avvik")
@requires("fees:read", office=True)
def show_settlement(municipality_id: UUID, year: int) -> str:
    """Look before settling."""
    return settlement_page(municipality_id, year)


@pages.post("/kommuner/<uuid:municipality_id>/<int(min=1, max=9998):year>/avvik")
@requires("fees:write", office=True)
@form(SettlementRequest, page=settlement_page)
def settle(body: dict[str, Any], municipality_id: UUID, year: int) -> str:
    """Settle the open deviation."""
    known = MunicipalityId(str(municipality_id))
    handle(fees, fees.stream(known, str(year)), SettleDeviation(municipality_id=known, year=year, **body))
    return url_for("fees_pages.municipality_tab", municipality_id=municipality_id)


def waiver_page(
    municipality_id: UUID,
    year: int,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """What is left to pay, and the form that waives it or a part of it."""
    return _decision_page("waive", municipality_id, year, errors, refusal, values)


@pages.get("/kommuner/<uuid:municipality_id>/<int(min=1, max=9998):year>/frafall")
@requires("fees:read", office=True)
def show_waiver(municipality_id: UUID, year: int) -> str:
    """Look before waiving."""
    return waiver_page(municipality_id, year)


@pages.post("/kommuner/<uuid:municipality_id>/<int(min=1, max=9998):year>/frafall")
@requires("fees:write", office=True)
@form(WaiverForm, page=waiver_page)
def waive(body: dict[str, Any], municipality_id: UUID, year: int) -> str:
    """Waive a part of the fee."""
    known = MunicipalityId(str(municipality_id))
    handle(fees, fees.stream(known, str(year)), WaiveFee(municipality_id=known, year=year, **body))
    return url_for("fees_pages.municipality_tab", municipality_id=municipality_id)


def _decision_page(
    name: str,
    municipality_id: UUID,
    year: int,
    errors: dict[str, list[str]] | None,
    refusal: str | None,
    values: Any,
) -> str:
    return render_template(
        f"fees/fees/{name}.html",
        municipality=_municipality(municipality_id),
        fee=details(known_row(str(municipality_id), year)),
        errors=errors or {},
        refusal=refusal,
        values=values or {},
        wording=wording,
    )


def _municipality(municipality_id: UUID) -> dict[str, Any]:
    name = name_on(connection(), str(municipality_id), as_of())
    if name is None:
        raise MunicipalityUnknown("There is no such municipality.")
    return {
        "municipality_id": str(municipality_id),
        "number": name.number,
        "name": name.nb,
        "full_name": name.full,
        "invented": name.invented,
    }
