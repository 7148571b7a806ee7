"""The year table: what every municipality pays, side by side with what was said before, and sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.fees.contract import Arithmetic
from services.fees.fees.queries import fee_of, rows_of_year
from services.fees.fees.state import Fee
from services.fees.municipalities.queries import Name, names_on
from shared import clock
from shared.readmodels import Row
from shared.web.norwegian import sort_key

View = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A fee as it stands: its status, and the arithmetic that holds (a quote holds nothing)."""

    status: str
    holding: Arithmetic | None
    to_pay_ore: int


def year_table(
    connection: Connection,
    year: int,
    *,
    as_of: date | None = None,
    rows: Sequence[Row] | None = None,
    last_year_rows: Sequence[Row] | None = None,
) -> View:
    """Totals and one line per municipality, in Norwegian order; amounts in øre.

    Names and numbers are those of `as_of` (today where left out). `rows` and `last_year_rows` take
    the place of what is known now, for questions about what was known before.
    """
    names = names_on(connection, as_of or clock.today())
    found = rows_of_year(connection, year) if rows is None else rows
    before = rows_of_year(connection, year - 1) if last_year_rows is None else last_year_rows
    last_year = {row["municipality_id"]: standing(fee_of(row)).to_pay_ore for row in before}
    lines = [_line(row, names, last_year) for row in found]
    lines.sort(key=lambda line: sort_key(line["name"]))
    return {"year": year, "currency": "NOK", "totals": _totals(lines, found), "fees": lines}


def standing(fee: Fee) -> Standing:
    """What holds of the fee now, waivers taken off."""
    if fee.determined is not None:
        status, holding = "determined", fee.determined
    elif fee.proposed is not None:
        status, holding = "proposed", fee.proposed
    elif fee.estimated is not None:
        status, holding = "estimated", fee.estimated
    else:
        return Standing(status="quoted", holding=None, to_pay_ore=0)
    if holding.liability != "liable" and status != "determined":
        status = "not_liable"
    return Standing(
        status=status, holding=holding, to_pay_ore=max(0, holding.to_pay_ore - fee.waived_so_far_ore)
    )


def _line(row: Row, names: Mapping[str, Name], last_year: Mapping[str, int]) -> View:
    fee = fee_of(row)
    now = standing(fee)
    holding = now.holding or fee.quoted
    name = names.get(row["municipality_id"])
    deviation = row["deviation"]
    population = holding.population if holding else None
    return {
        "municipality_id": row["municipality_id"],
        "number": name.number if name else None,
        "name": name.nb if name else row["municipality_id"],
        "full_name": name.full if name else row["municipality_id"],
        "year": row["year"],
        "status": now.status,
        "liability": holding.liability if holding else None,
        "inhabitants": population.inhabitants if population else None,
        "population_as_of": population.as_of if population else None,
        "quoted_ore": _ore(fee.quoted),
        "estimated_ore": _ore(fee.estimated),
        "proposed_ore": _ore(fee.proposed),
        "determined_ore": _ore(fee.determined),
        "total_ore": now.holding.total_ore if now.holding else 0,
        "covered_ore": now.holding.covered_ore if now.holding else 0,
        "waived_ore": row["waived_ore"],
        "to_pay_ore": now.to_pay_ore,
        "difference_to_estimate_ore": _difference(now.holding, _ore(fee.estimated)),
        "last_year_ore": last_year.get(row["municipality_id"]),
        "difference_to_last_year_ore": _difference(now.holding, last_year.get(row["municipality_id"])),
        "deviation_ore": deviation["difference_ore"] if deviation else None,
        "assumed": list(holding.assumed) if holding else [],
        "example": row["example"],
        "arithmetic_href": f"/fees/v1/municipalities/{row['municipality_id']}/years/{row['year']}",
    }


def _totals(lines: Sequence[View], rows: Sequence[Row]) -> View:
    owed = [line for line in lines if line["status"] != "quoted"]
    sums = {
        name: sum(line[name] or 0 for line in owed)
        for name in ("estimated_ore", "proposed_ore", "determined_ore", "total_ore", "covered_ore")
    }
    return {
        "municipalities": sum(line["liability"] == "liable" for line in owed),
        "determined": sum(line["status"] == "determined" for line in owed),
        "quoted_ore": sum(line["quoted_ore"] or 0 for line in lines),
        **sums,
        "waived_ore": sum(line["waived_ore"] for line in owed),
        "to_pay_ore": sum(line["to_pay_ore"] for line in owed),
        "difference_to_estimate_ore": sum(line["difference_to_estimate_ore"] or 0 for line in owed),
        "last_year_ore": sum(line["last_year_ore"] or 0 for line in owed),
        "deviations": sum(line["deviation_ore"] is not None for line in owed),
        "by_component": _by_component(standing(fee_of(row)).holding for row in rows),
        "assumed": sorted({name for line in lines for name in line["assumed"]}),
    }


def _by_component(holdings: Iterable[Arithmetic | None]) -> list[View]:
    sums: dict[str, View] = {}
    for line in (line for holding in holdings if holding for line in holding.lines):
        blank = {"component": line.component, "label": line.label, "amount_ore": 0, "covered_ore": 0}
        part = sums.setdefault(line.component, blank | {"to_pay_ore": 0})
        for name in ("amount_ore", "covered_ore", "to_pay_ore"):
            part[name] += getattr(line, name)
    return list(sums.values())


def _ore(arithmetic: Arithmetic | None) -> int | None:
    return arithmetic.to_pay_ore if arithmetic else None


def _difference(holding: Arithmetic | None, other: int | None) -> int | None:
    return holding.to_pay_ore - other if holding is not None and other is not None else None
