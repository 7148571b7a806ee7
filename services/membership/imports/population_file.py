"""The file of inhabitants: one row per municipality and year, on 1 January.

Columns: one or more `number_YYYY` (any number the municipality ever had), `year` and
`population`; `name_nb` may stand there and is not read, `source` may say where a row is from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.membership.contract import MunicipalityId, PopulationUpdated
from services.membership.imports.csv_file import YEARS, Columns, Line, read_lines
from services.membership.imports.plans import Difference, Draft, Plan, Tally, YearSum
from services.membership.municipalities.identity import Municipality
from services.membership.population.domain import Population, RecordPopulation, population
from services.membership.population.schemas import MOST_INHABITANTS
from shared.errors import Refused
from shared.reactions import Reaction

COLUMNS = Columns(required=("year", "population"), optional=("name_nb", "source"), numbered=True)
SOURCE = "SSB, tabell 07459"
"""The source of rows that name none: Statistics Norway's table of the population on 1 January."""

_SHOWN = 10
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, kw_only=True)
class _Row:
    line: Line
    municipality_id: MunicipalityId
    as_of: date
    inhabitants: int


def plan_population(
    content: bytes,
    known: Iterable[Municipality],
    figures: Mapping[MunicipalityId, Population],
    *,
    published_on: date | None = None,
    source: str = SOURCE,
) -> Plan:
    """What loading a file of inhabitants would do; `published_on` None is not known."""
    lines, errors = read_lines(content, COLUMNS)
    draft, tally = Draft(known), Tally(errors=errors)
    rows = _without_repetition([row for line in lines if (row := _row(line, draft, tally))], tally)
    steps: list[Reaction] = []
    for row in rows:
        command = RecordPopulation(
            municipality_id=row.municipality_id,
            as_of=row.as_of,
            inhabitants=row.inhabitants,
            source=row.line.cells.get("source") or source,
            published_on=published_on,
        )
        state = figures.get(row.municipality_id, population.initial)
        try:
            events = population.decide(state, command)
        except Refused as refusal:
            tally.refuse(row.line, refusal, "population")
            continue
        tally.count(new=bool(events) and events[0].replaces is None, changed=bool(events))
        if events:
            stream = population.stream(row.municipality_id)
            steps.append(Reaction(decider=population, stream=stream, command=command))
    return Plan(
        kind="population",
        rows=len(lines),
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        steps=tuple(steps),
        sums=_sums(rows, figures),
        differences=_differences(rows, figures, draft),
        errors=tuple(sorted(tally.errors, key=lambda error: error.line)),
    )


def _row(line: Line, draft: Draft, tally: Tally) -> _Row | None:
    as_of = _as_of(line, tally)
    found = _municipality(line, draft, tally, as_of)
    text = line.cells["population"]
    inhabitants = int(text) if _WHOLE.fullmatch(text) else None
    if inhabitants is None:
        english = "The population is not a whole number."
        nb = "Folketallet må være et helt tall uten mellomrom."
        tally.errors.append(line.wrong("population", "not-a-whole-number", english, nb))
    elif inhabitants > MOST_INHABITANTS:
        english = f"No municipality has more than {MOST_INHABITANTS} inhabitants."
        nb = "Folketallet er større enn noen kommune kan ha."
        tally.errors.append(line.wrong("population", "out-of-range", english, nb))
        inhabitants = None
    if as_of is None or found is None or inhabitants is None:
        return None
    return _Row(line=line, municipality_id=found, as_of=as_of, inhabitants=inhabitants)


def _as_of(line: Line, tally: Tally) -> date | None:
    text = line.cells["year"]
    if not _YEAR.fullmatch(text):
        english, nb = "The year has four digits.", "Årstallet har fire sifre."
        tally.errors.append(line.wrong("year", "bad-year", english, nb))
        return None
    if int(text) not in YEARS:
        tally.errors.append(line.impossible("year"))
        return None
    return date(int(text), 1, 1)


def _municipality(line: Line, draft: Draft, tally: Tally, as_of: date | None) -> MunicipalityId | None:
    """The one municipality that all numbers of the row belong to."""
    found: set[MunicipalityId] = set()
    for column, number in line.numbers():
        carriers = draft.carriers(number)
        if not carriers:
            english = "No municipality has had this number."
            nb = "Ingen kommune i registeret har hatt dette nummeret."
            tally.errors.append(line.wrong(column, "unknown-number", english, nb))
            return None
        on_date = draft.carrier_on(number, as_of) if as_of else None
        found |= {on_date} if on_date else set(carriers)
    if len(found) == 1:
        return found.pop()
    english = "The numbers do not name one municipality." if found else "The row has no number."
    nb = "Numrene peker ikke på én og samme kommune." if found else "Kommunenummeret mangler."
    rule = "numbers-disagree" if found else "missing-value"
    tally.errors.append(line.wrong(None, rule, english, nb))
    return None


def _without_repetition(rows: Iterable[_Row], tally: Tally) -> list[_Row]:
    seen: dict[tuple[MunicipalityId, date], int] = {}
    kept = []
    for row in rows:
        earlier = seen.setdefault((row.municipality_id, row.as_of), row.line.number)
        if earlier == row.line.number:
            kept.append(row)
            continue
        english = f"Line {earlier} has a figure for the same municipality and year."
        nb = f"Linje {earlier} har et tall for samme kommune og år."
        tally.errors.append(row.line.wrong("year", "duplicate-row", english, nb))
    return kept


def _sums(rows: Iterable[_Row], figures: Mapping[MunicipalityId, Population]) -> tuple[YearSum, ...]:
    by_year: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_year[row.as_of.year].append(row)
    return tuple(
        YearSum(
            year=year,
            rows=len(of_year),
            total=sum(row.inhabitants for row in of_year),
            recorded=sum(
                known.inhabitants for row in of_year if (known := _recorded(figures, row)) is not None
            ),
        )
        for year, of_year in sorted(by_year.items())
    )


def _differences(
    rows: Iterable[_Row], figures: Mapping[MunicipalityId, Population], draft: Draft
) -> tuple[Difference, ...]:
    """The ten largest differences, relative to the figure before."""
    in_file = {(row.municipality_id, row.as_of): row.inhabitants for row in rows}
    found = []
    for row in rows:
        same = _recorded(figures, row)
        year_before = date(row.as_of.year - 1, 1, 1)
        earlier = figures.get(row.municipality_id, population.initial).on(year_before)
        compared = [
            (same.inhabitants if same else None, row.as_of),
            (in_file.get((row.municipality_id, year_before)), year_before),
            (earlier.inhabitants if earlier else None, year_before),
        ]
        before = next(((value, day) for value, day in compared if value), None)
        if before and before[0] != row.inhabitants:
            found.append(
                Difference(
                    municipality_id=row.municipality_id,
                    name=draft.states[row.municipality_id].names[-1].names.nb,
                    as_of=row.as_of,
                    inhabitants=row.inhabitants,
                    before=before[0],
                    before_as_of=before[1],
                )
            )
    found.sort(key=lambda one: abs(one.change) / one.before, reverse=True)
    return tuple(found[:_SHOWN])


def _recorded(figures: Mapping[MunicipalityId, Population], row: _Row) -> PopulationUpdated | None:
    return figures.get(row.municipality_id, population.initial).on(row.as_of)
