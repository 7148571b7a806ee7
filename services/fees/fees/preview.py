"""What the office sees before it confirms a year, and the hash that says it saw the latest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from services.fees.contract import Arithmetic, MunicipalityId
from services.fees.fees.arithmetic import within
from services.fees.fees.assessment import Prices, assess_year, terms_of
from services.fees.fees.domain import DetermineFee
from services.fees.fees.queries import fee_of, prices, rows_of_year
from services.fees.fees.state import Fee
from services.fees.fees.year_table import standing
from services.fees.municipalities.queries import Facts, Name, facts_of, names_on
from shared import clock
from shared.web.norwegian import sort_key

View = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of all municipalities on a day, gathered once for several years."""

    day: date
    facts: list[Facts]
    names: dict[str, Name]
    prices: Prices


def gather(connection: Connection, day: date) -> Known:
    """Facts, names and prices as they stand."""
    return Known(
        day=day, facts=facts_of(connection), names=names_on(connection, day), prices=prices(connection)
    )


def preview(
    connection: Connection, year: int, *, today: date | None = None, known: Known | None = None
) -> View:
    """Sums, differences and every municipality of the year; `hash` covers all that is determined.

    `fees` are the fees that are determined already (`determined` true) or will be, reckoned from
    what is known now. `missing` are members that cannot be determined, each with its `cause`.
    """
    held = known or gather(connection, today or clock.today())
    fees = {row["municipality_id"]: fee_of(row) for row in rows_of_year(connection, year)}
    last_year = {
        row["municipality_id"]: standing(fee_of(row)).to_pay_ore for row in rows_of_year(connection, year - 1)
    }
    included: list[View] = []
    missing: list[View] = []
    for facts in held.facts:
        fee = fees.get(facts.municipality_id, Fee())
        arithmetic, cause = _final(facts, fee, held, year)
        called = _called(facts.municipality_id, held.names) | {"example": facts.example}
        if arithmetic is not None:
            included.append(called | _amounts(arithmetic, fee, last_year.get(facts.municipality_id)))
        elif cause is not None:
            missing.append(called | {"cause": cause})
    included.sort(key=lambda line: sort_key(line["name"]))
    missing.sort(key=lambda line: sort_key(line["name"]))
    return {
        "year": year,
        "currency": "NOK",
        "hash": _hash(year, included, missing),
        "totals": _totals(included),
        "fees": included,
        "missing": missing,
    }


def determinations(shown: View) -> list[DetermineFee]:
    """The commands that confirm what the preview shows."""
    return [
        DetermineFee(
            municipality_id=MunicipalityId(line["municipality_id"]),
            year=shown["year"],
            arithmetic=line["arithmetic"],
        )
        for line in shown["fees"]
        if not line["determined"]
    ]


def _final(facts: Facts, fee: Fee, held: Known, year: int) -> tuple[Arithmetic | None, str | None]:
    """What is, or can be, determined; else why a member's fee cannot be (None: nothing to determine)."""
    if fee.determined is not None:
        return fee.determined, None
    rates = held.prices.rates(year)
    if not within(year, terms_of(facts)):
        return None, None
    if rates is None:
        return None, "schedule-missing"
    assessed = assess_year(facts, held.prices, year, owed=True, today=held.day)
    if assessed is not None and assessed[1].liability != "liable":
        return None, None
    if assessed is None or assessed[0] != "proposal":
        return None, "population-figure-missing" if rates.counts_inhabitants else "year-not-begun"
    return assessed[1], None


def _called(municipality_id: str, names: dict[str, Name]) -> View:
    name = names[municipality_id]
    return {"municipality_id": municipality_id, "number": name.number, "name": name.nb}


def _amounts(arithmetic: Arithmetic, fee: Fee, last_year: int | None) -> View:
    estimated = fee.estimated.to_pay_ore if fee.estimated else None
    to_pay = arithmetic.to_pay_ore
    return {
        "determined": fee.determined is not None,
        "arithmetic": arithmetic,
        "total_ore": arithmetic.total_ore,
        "covered_ore": arithmetic.covered_ore,
        "to_pay_ore": to_pay,
        "estimated_ore": estimated,
        "difference_to_estimate_ore": None if estimated is None else to_pay - estimated,
        "last_year_ore": last_year,
        "difference_to_last_year_ore": None if last_year is None else to_pay - last_year,
        "inhabitants": arithmetic.population.inhabitants if arithmetic.population else None,
        "assumed": list(arithmetic.assumed),
    }


def _totals(lines: Sequence[View]) -> View:
    names = ("total_ore", "covered_ore", "to_pay_ore", "estimated_ore", "last_year_ore")
    sums = {name: sum(line[name] or 0 for line in lines) for name in names}
    return sums | {
        "municipalities": len(lines),
        "to_determine": sum(not line["determined"] for line in lines),
        "difference_to_estimate_ore": sums["to_pay_ore"] - sums["estimated_ore"],
        "difference_to_last_year_ore": sums["to_pay_ore"] - sums["last_year_ore"],
        "inhabitants": sum(line["inhabitants"] or 0 for line in lines),
    }


def _hash(year: int, included: Sequence[View], missing: Sequence[View]) -> str:
    # Whether a fee is determined already is left out, so that confirming twice is confirming the same.
    seen = sorted((line["municipality_id"], line["arithmetic"]) for line in _sortable(included))
    lacking = sorted((line["municipality_id"], line["cause"]) for line in missing)
    return hashlib.sha256(msgspec.json.encode([year, seen, lacking])).hexdigest()


def _sortable(lines: Sequence[View]) -> list[View]:
    return [line | {"arithmetic": msgspec.json.encode(line["arithmetic"]).decode()} for line in lines]
