"""Fees over HTTP: the year, its confirmation, and each municipality's own fee."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.fees.contract import MunicipalityId
from services.fees.fees import schemas
from services.fees.fees.details import fee_details, waiting
from services.fees.fees.domain import SettleDeviation, WaiveFee, fees
from services.fees.fees.handlers import confirm_year
from services.fees.fees.preview import preview
from services.fees.fees.projection import FEES
from services.fees.fees.queries import known_years, row_of, rows_of_municipality, rows_of_year
from services.fees.fees.year_table import year_table
from shared import clock
from shared.errors import NotFound
from shared.readmodels import Row
from shared.web.access import caller, requires
from shared.web.commands import command, connection, handle, store
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint
from shared.web.openapi import AXES
from shared.web.reads import as_of, known_at

blueprint = Blueprint(
    "fees",
    __name__,
    url_prefix="/fees/v1",
    description="What each municipality pays, and how it comes about.",
)


class FeeUnknown(NotFound):
    """Nothing has been said of such a fee, or the caller may not know of it."""

    code = "fee-unknown"
    nb = "Det finnes ingen avgift for denne kommunen og dette året."


@blueprint.get("/years")
@requires("fees:read")
@blueprint.response(200, schemas.YearsView)
def years() -> dict[str, list[int]]:
    """The years of which anything has been said, newest first."""
    return {"items": known_years(connection())}


@blueprint.get("/years/<int(min=1, max=9998):year>")
@requires("fees:read")
@blueprint.doc(parameters=AXES)
@blueprint.response(200, schemas.YearView)
def of_year(year: int) -> dict[str, Any]:
    """The year table; a token bound to a municipality gets its own line only.

    `as_of` chooses the names and numbers, `known_at` goes back to what had been said then.
    """
    return year_table(
        connection(),
        year,
        as_of=as_of(),
        rows=own_rows(year),
        last_year_rows=own_rows(year - 1),
    )


@blueprint.get("/years/<int(min=1, max=9998):year>/preview")
@requires("fees:read", office=True)
@blueprint.response(200, schemas.PreviewView)
def preview_of(year: int) -> dict[str, Any]:
    """What a confirmation would determine, with sums, differences and the hash to confirm by."""
    return preview(connection(), year, today=clock.today())


@blueprint.post("/years/<int(min=1, max=9998):year>/confirmation")
@requires("fees:write", office=True)
@blueprint.arguments(schemas.ConfirmationRequest)
@blueprint.response(201, schemas.ConfirmationView)
@command
def confirm(body: dict[str, Any], year: int) -> dict[str, Any]:
    """Determine the year as previewed; 409 `preview-outdated` where something has changed since."""
    return confirm_year(handle, connection(), year, **body)


@blueprint.get("/municipalities/<uuid:municipality_id>/years")
@requires("fees:read", own="municipality_id")
@blueprint.response(200, schemas.FeeLinesView)
def of_municipality(municipality_id: UUID) -> dict[str, Any]:
    """A municipality's fees, oldest year first."""
    rows = rows_of_municipality(connection(), str(municipality_id))
    return {"items": [details(row) for row in rows]}


@blueprint.get("/municipalities/<uuid:municipality_id>/years/<int(min=1, max=9998):year>")
@requires("fees:read", own="municipality_id")
@blueprint.doc(parameters=AXES)
@blueprint.response(200, schemas.FeeView)
def of_municipality_and_year(municipality_id: UUID, year: int) -> dict[str, Any]:
    """A fee with its arithmetic: every input by event id."""
    moment = known_at()
    if moment is None:
        versioned_by(connection(), fees.stream(str(municipality_id), str(year)))
        return details(known_row(str(municipality_id), year))
    known = {row["year"]: row for row in store().rows_known_at(FEES, moment, key=str(municipality_id))}
    if year not in known:
        raise FeeUnknown("Nothing had been said of that fee.", year=year)
    return fee_details(connection(), known[year], as_of=as_of(), before=known.get(year - 1))


@blueprint.post(
    "/municipalities/<uuid:municipality_id>/years/<int(min=1, max=9998):year>/deviation-settlement"
)
@requires("fees:write", office=True)
@blueprint.arguments(schemas.SettlementRequest)
@blueprint.response(201, schemas.FeeView)
@command
def settle(body: dict[str, Any], municipality_id: UUID, year: int) -> dict[str, Any]:
    """Settle the open deviation: correct the fee, or leave it, with a reason."""
    known = MunicipalityId(str(municipality_id))
    handle(fees, fees.stream(known, str(year)), SettleDeviation(municipality_id=known, year=year, **body))
    return details(known_row(known, year))


@blueprint.post("/municipalities/<uuid:municipality_id>/years/<int(min=1, max=9998):year>/waiver")
@requires("fees:write", office=True)
@blueprint.arguments(schemas.WaiverRequest)
@blueprint.response(201, schemas.FeeView)
@command
def waive(body: dict[str, Any], municipality_id: UUID, year: int) -> dict[str, Any]:
    """Waive a part of a determined fee, or what is left of it."""
    known = MunicipalityId(str(municipality_id))
    handle(fees, fees.stream(known, str(year)), WaiveFee(municipality_id=known, year=year, **body))
    return details(known_row(known, year))


@blueprint.get("/waiting")
@requires("fees:read", office=True)
@blueprint.response(200, schemas.WaitingView)
def waits() -> dict[str, Any]:
    """What waits for the office: refused follow-ups, deviations, years to confirm, members without a figure."""
    return {"items": waiting(connection(), clock.today())}


def own_rows(year: int) -> list[Row]:
    """The rows of the year that the caller may see, as known now or at `known_at`."""
    moment, bound = known_at(), caller().municipality_id
    if moment is None:
        rows = rows_of_year(connection(), year)
    else:
        rows = [row for row in store().rows_known_at(FEES, moment, key=bound) if row["year"] == year]
    return [row for row in rows if bound is None or row["municipality_id"] == bound]


def details(row: Row) -> dict[str, Any]:
    """The fee of a row, as the API and the pages show it."""
    before = row_of(connection(), row["municipality_id"], row["year"] - 1)
    return fee_details(connection(), row, as_of=as_of(), before=before)


def known_row(municipality_id: str, year: int) -> Row:
    """The row of a fee; raises FeeUnknown where nothing has been said of it."""
    row = row_of(connection(), municipality_id, year)
    if row is None:
        raise FeeUnknown("Nothing has been said of that fee.", year=year)
    return row
