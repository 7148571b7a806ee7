"""The register file: one row per municipality, with its names and its numbers by year.

Columns: `orgnr`, `name_nb`, `name_se`, `name_fkv` and one `number_YYYY` for each year in which
numbers changed, valid from 1 January of that year; `county_YYYY`, `seat`, `lat`, `lon`,
`in_seed_list` and `seed_name` may stand there and are not read (the county follows from the
number). The names are those of the day the file was made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.membership.contract import MunicipalityId, Names
from services.membership.imports.csv_file import NUMBER_COLUMN, Columns, Line, read_lines
from services.membership.imports.plans import Draft, Plan, Tally
from services.membership.municipalities.corrections import CorrectFact
from services.membership.municipalities.domain import (
    RegisterMunicipality,
    RenameMunicipality,
    RenumberMunicipality,
)
from services.membership.municipalities.handlers import new_municipality_id
from services.membership.municipalities.identity import FactName, Municipality, holding
from services.membership.municipalities.network_files import NamesSince
from services.membership.municipalities.requirements import (
    require_name,
    require_number,
    require_organisation_number,
)
from shared.errors import Refused

COLUMNS = Columns(
    required=("orgnr", "name_nb", "name_se", "name_fkv"),
    optional=("county_2020", "county_2024", "seat", "lat", "lon", "in_seed_list", "seed_name"),
    numbered=True,
)
REASON = "Registerfila sier noe annet."
"""Why a fact is corrected by an import: the file gives no other reason."""


def plan_municipalities(content: bytes, known: Iterable[Municipality], since: NamesSince) -> Plan:
    """What loading a register file would do; `since` tells which names are younger than the file says."""
    lines, errors = read_lines(content, COLUMNS)
    draft, tally = Draft(known), Tally(errors=errors)
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        if not _is_repeated(line, seen, tally):
            _plan_row(line, draft, tally, since)
    return Plan(
        kind="municipalities",
        rows=len(lines),
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        steps=tuple(draft.steps),
        errors=tuple(tally.errors),
    )


def _is_repeated(line: Line, seen: dict[tuple[str, str], int], tally: Tally) -> bool:
    """Whether an organisation number or a number of a year stands in an earlier row too."""
    for column, value in [("orgnr", line.cells["orgnr"]), *line.numbers()]:
        earlier = seen.setdefault((column, value), line.number)
        if value and earlier != line.number:
            english = f"The same {column} stands in line {earlier}."
            tally.errors.append(
                line.wrong(column, "duplicate-row", english, f"Står allerede i linje {earlier}.")
            )
            return True
    return False


def _plan_row(line: Line, draft: Draft, tally: Tally, since: NamesSince) -> None:
    column = "orgnr"
    try:
        require_organisation_number(line.cells["orgnr"])
        for column, number in line.numbers():  # noqa: B007  # the column is named when a rule says no
            require_number(number)
        numbers = _dated_numbers(line)
        if not numbers:
            english = "The row has no municipality number."
            tally.errors.append(line.wrong(None, "missing-value", english, "Kommunenummeret mangler."))
            return
        found = draft.carriers(line.cells["orgnr"])
        new = not found
        column = "name_nb"
        require_name(line.cells["name_nb"])
        column = numbers[0][0]
        if found:
            changed = _names_again(line, draft, found[0], since)
        else:
            changed = True
            _register(line, draft, numbers[0], since)
        one = found[0] if found else new_municipality_id(line.cells["orgnr"])
        for column, day, number in numbers:  # noqa: B007  # the column is named when a rule says no
            changed |= _number(draft, one, day, number)
    except Refused as refusal:
        tally.refuse(line, refusal, column)
    else:
        tally.count(new=new, changed=changed)


def _dated_numbers(line: Line) -> list[tuple[str, date, str]]:
    dated = []
    for column, number in line.numbers():
        year = NUMBER_COLUMN.fullmatch(column)
        dated.append((column, date(int(year.group(1)) if year else 1, 1, 1), number))
    return dated


def _register(line: Line, draft: Draft, first: tuple[str, date, str], since: NamesSince) -> None:
    _, start, number = first
    orgnr = line.cells["orgnr"]
    one = new_municipality_id(orgnr)
    dates = {start, *(day for (other, _), day in since.items() if other == orgnr and day > start)}
    stages = [(day, _names_on(line, since, day)) for day in sorted(dates)]
    draft.ask(
        one,
        RegisterMunicipality(
            municipality_id=one,
            organisation_number=orgnr,
            number=number,
            names=stages[0][1],
            valid_from=start,
            taken_by=draft.taken_by(number, start, one),
        ),
    )
    for day, names in stages[1:]:
        draft.ask(one, RenameMunicipality(names=names, valid_from=day))


def _names_again(line: Line, draft: Draft, one: MunicipalityId, since: NamesSince) -> bool:
    """Bring the latest names to what the file says: a rename where its date is known, else a correction."""
    latest = draft.states[one].names[-1]
    names = _names_on(line, since, date.max)
    starts = [day for (orgnr, _), day in since.items() if orgnr == line.cells["orgnr"]]
    if names == latest.names:
        return False
    if starts and max(starts) > latest.valid_from:
        return draft.ask(one, RenameMunicipality(names=names, valid_from=max(starts)))
    pairs: list[tuple[FactName, str | None, str | None]] = [
        ("name_nb", latest.names.nb, names.nb),
        ("name_se", latest.names.se, names.se),
        ("name_fkv", latest.names.fkv, names.fkv),
    ]
    for fact, old, new in pairs:
        if old != new:
            draft.ask(
                one,
                CorrectFact(
                    fact=fact, valid_from=latest.valid_from, old_value=old, new_value=new, reason=REASON
                ),
            )
    return True


def _number(draft: Draft, one: MunicipalityId, day: date, number: str) -> bool:
    """Bring the number of a date to what the file says: a renumbering, or a correction of one."""
    numbers = draft.states[one].numbers
    standing = holding(numbers, day)
    if standing is not None and standing.number == number:
        return False
    taken = draft.taken_by(number, day, one)
    if standing is not None and standing.valid_from == day:
        correction = CorrectFact(
            fact="number",
            valid_from=day,
            old_value=standing.number,
            new_value=number,
            reason=REASON,
            taken_by=taken,
        )
        return draft.ask(one, correction)
    return draft.ask(one, RenumberMunicipality(number=number, valid_from=day, taken_by=taken))


def _names_on(line: Line, since: NamesSince, day: date) -> Names:
    def name(language: str) -> str | None:
        start = since.get((line.cells["orgnr"], language))
        return line.cells[f"name_{language}"] or None if start is None or start <= day else None

    return Names(nb=line.cells["name_nb"], se=name("se"), fkv=name("fkv"))
