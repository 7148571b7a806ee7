"""What has been said about fees, and what the inputs known now would lead to."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from services.fees.contract import Arithmetic, ScheduleId, ScheduleUsed
from services.fees.fees.arithmetic import Cover, Rates
from services.fees.fees.assessment import Prices, assessments
from services.fees.fees.domain import AssessFee, assess
from services.fees.fees.state import Fee
from services.fees.fees.tables import fees
from services.fees.grants.queries import all_grants
from services.fees.grants.queries import holding as grants_holding
from services.fees.municipalities.queries import Facts, facts_of
from services.fees.schedules.queries import all_schedules
from services.fees.schedules.queries import holding as schedule_holding
from shared import typed
from shared.readmodels import Row
from shared.rowsql import all_rows, rows_among


def rows_of_year(connection: Connection, year: int) -> list[Row]:
    """The rows of one year."""
    query = select(fees).where(fees.c.year == year).order_by(fees.c.municipality_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def rows_of_municipality(connection: Connection, municipality_id: str) -> list[Row]:
    """The rows of one municipality, oldest year first."""
    return rows_among(connection, fees, "municipality_id", [municipality_id])


def row_of(connection: Connection, municipality_id: str, year: int) -> Row | None:
    """The row of one fee."""
    query = select(fees).where(fees.c.municipality_id == municipality_id, fees.c.year == year)
    row = connection.execute(query).mappings().one_or_none()
    return dict(row) if row else None


def known_years(connection: Connection) -> list[int]:
    """The years of which anything has been said, newest first."""
    return list(connection.execute(select(fees.c.year).distinct().order_by(fees.c.year.desc())).scalars())


def undetermined_years(connection: Connection, until: int) -> list[int]:
    """The years through `until` in which a fee was estimated and is not determined, oldest first."""
    query = (
        select(fees.c.year)
        .where(fees.c.determined_at.is_(None), fees.c.estimated_at.is_not(None), fees.c.year <= until)
        .distinct()
        .order_by(fees.c.year)
    )
    return list(connection.execute(query).scalars())


def deviating_rows(connection: Connection) -> list[Row]:
    """The fees whose deviation waits to be settled."""
    query = select(fees).where(fees.c.deviations > 0).order_by(fees.c.year, fees.c.municipality_id)
    return [dict(row) for row in connection.execute(query).mappings() if row["deviation"] is not None]


def fee_of(row: Row | None) -> Fee:
    """The state that the row tells of."""
    if row is None:
        return Fee()
    deviation = row["deviation"]
    return Fee(
        quoted=arithmetic_of(row["quote"]),
        estimated=arithmetic_of(row["estimate"]),
        proposed=arithmetic_of(row["proposal"]),
        determined=arithmetic_of(row["determination"]),
        waived_so_far_ore=row["waived_ore"],
        deviations=row["deviations"],
        expected=arithmetic_of(deviation["expected"]) if deviation else None,
        left=arithmetic_of(row["left"]),
    )


def arithmetic_of(stored: dict[str, Any] | None) -> Arithmetic | None:
    """The arithmetic that a row holds as JSON."""
    return typed.convert(stored, Arithmetic) if stored is not None else None


def prices(connection: Connection) -> Prices:
    """Rates and grants as they stand now, by year."""
    adopted, awarded = all_schedules(connection), all_grants(connection)

    def rates(year: int) -> Rates | None:
        schedule = schedule_holding(adopted, year)
        if schedule is None:
            return None
        used = ScheduleUsed(schedule_id=ScheduleId(schedule["schedule_id"]), event_id=schedule["event_id"])
        return Rates(
            used=used,
            components=schedule["components"],
            proration=schedule["proration"],
            host_pays=schedule["host_pays"],
            assumed=tuple(schedule["assumed"]),
        )

    def covers(year: int) -> tuple[Cover, ...]:
        return tuple(
            Cover(
                event_id=grant["event_id"],
                grantor=grant["grantor"],
                component=grant["component"],
                assumed=bool(grant["assumed"]),
            )
            for grant in grants_holding(awarded, year)
        )

    return Prices(rates=rates, covers=covers)


def news(connection: Connection, today: date) -> list[tuple[Facts, AssessFee]]:
    """Every assessment of any municipality that would say something new.

    It is the decider that decides; what would change nothing is left out to spare its stream.
    """
    held, rows = prices(connection), _grouped(all_rows(connection, fees))
    return [
        one
        for facts in facts_of(connection)
        for one in _news(facts, rows.get(facts.municipality_id, ()), held, today)
    ]


def news_of(connection: Connection, asked: Sequence[tuple[str, date]]) -> list[list[tuple[Facts, AssessFee]]]:
    """As `news`, of each municipality as on its day: as many statements for one as for many."""
    ids = sorted({municipality_id for municipality_id, _ in asked})
    known = {facts.municipality_id: facts for facts in facts_of(connection, ids)}
    if not known:
        return [[] for _ in asked]
    rows = _grouped(rows_among(connection, fees, "municipality_id", ids))
    held = _prices_once_asked_for(connection)
    return [
        _news(known[each], rows.get(each, ()), held, today) if each in known else [] for each, today in asked
    ]


def _news(facts: Facts, rows: Sequence[Row], held: Prices, today: date) -> list[tuple[Facts, AssessFee]]:
    states = {row["year"]: fee_of(row) for row in rows}
    owed = {year for year, fee in states.items() if _is_owed(fee)}
    return [
        (facts, command)
        for command in assessments(facts, held, spoken=states, owed=owed, today=today)
        if assess(states.get(command.year, Fee()), command)
    ]


def _prices_once_asked_for(connection: Connection) -> Prices:
    """Most municipalities are no members, and have nothing to pay."""

    @functools.cache
    def held() -> Prices:
        return prices(connection)

    return Prices(rates=lambda year: held().rates(year), covers=lambda year: held().covers(year))


def _is_owed(fee: Fee) -> bool:
    return any(said is not None for said in (fee.estimated, fee.proposed, fee.determined))


def _grouped(rows: Iterable[Row]) -> dict[str, Sequence[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["municipality_id"], []).append(row)
    return dict(groups)
