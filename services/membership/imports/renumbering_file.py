"""The file of changes, in the form of SSB KLASS: old code, new code and the day it changed.

Columns: `old_code`, `old_name`, `new_code`, `new_name`, `change_occurred`. Rows of one day are read
together: equal codes are a change of name; one old code with several new ones is a boundary
adjustment if it also goes on itself, else a split; several old ones with one new are a merger;
anything else is a renumbering. Numbers decide; labels hold all official names in an order that
varies and in spellings that vary, so they only tell *that* a name began, never how it is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.membership.contract import MunicipalityId, Names
from services.membership.imports.changes import Change, Kind, classify
from services.membership.imports.csv_file import YEARS, Columns, Line, read_lines
from services.membership.imports.plans import Draft, Plan, Tally
from services.membership.municipalities.corrections import CorrectFact
from services.membership.municipalities.domain import RenameMunicipality, RenumberMunicipality
from services.membership.municipalities.identity import FactName, Municipality, holding
from services.membership.municipalities.map_changes import (
    MapChange,
    RecordBoundaryAdjustment,
    RecordMerger,
    RecordSplit,
    taking_part,
)
from services.membership.municipalities.requirements import is_number
from shared.errors import Refused
from shared.web.norwegian import fold_search

COLUMNS = Columns(required=("old_code", "old_name", "new_code", "new_name", "change_occurred"))
REASON = "Navnet gjelder først fra den dagen som SSBs endringsfil sier."
"""Why names are taken away from the time before a change of label."""


class NumberUnknown(Refused):
    """A code of the file belongs to no municipality of the register on that day."""

    code = "unknown-number"
    nb = "Ingen kommune i registeret har dette nummeret på denne datoen. Last inn kommuneregisteret først."


class NamesUnknown(Refused):
    """The label changes, but the register holds no name that the old label lacks."""

    code = "names-unknown"
    nb = "Navnet endres, men registeret har ikke det nye navnet. Last inn kommuneregisteret først."


def plan_renumbering(content: bytes, known: Iterable[Municipality]) -> Plan:
    """What loading a file of changes would do to the register."""
    lines, errors = read_lines(content, COLUMNS)
    draft, tally = Draft(known), Tally(errors=errors)
    by_day: dict[date, list[Line]] = defaultdict(list)
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        day = _day(line, tally)
        if day and _codes_are_right(line, tally) and not _is_repeated(line, seen, tally):
            by_day[day].append(line)
    outcome: dict[int, bool] = {}
    for day, of_day in sorted(by_day.items()):
        for change in classify(of_day):
            changed = _plan_change(change, day, draft, tally)
            # A row can tell of two changes: a part of a divided municipality that merged.
            outcome |= {line.number: outcome.get(line.number, False) or changed for line in change.lines}
    for changed in outcome.values():
        tally.count(new=False, changed=changed)
    return Plan(
        kind="renumbering",
        rows=len(lines),
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        steps=tuple(draft.steps),
        errors=tuple(sorted(tally.errors, key=lambda error: error.line)),
    )


def _day(line: Line, tally: Tally) -> date | None:
    try:
        day = date.fromisoformat(line.cells["change_occurred"])
    except ValueError:
        english = "The date is not YYYY-MM-DD."
        nb = "Skriv datoen som år-måned-dag, for eksempel 2024-01-01."
        tally.errors.append(line.wrong("change_occurred", "bad-date", english, nb))
        return None
    if day.year not in YEARS:
        tally.errors.append(line.impossible("change_occurred"))
        return None
    return day


def _codes_are_right(line: Line, tally: Tally) -> bool:
    wrong = [column for column in ("old_code", "new_code") if not is_number(line.cells[column])]
    for column in wrong:
        english = "A municipality number has four digits."
        nb = "Et kommunenummer har fire sifre."
        tally.errors.append(line.wrong(column, "bad-municipality-number", english, nb))
    return not wrong


def _is_repeated(line: Line, seen: dict[tuple[str, ...], int], tally: Tally) -> bool:
    key = tuple(line.cells[column] for column in ("old_code", "new_code", "change_occurred"))
    earlier = seen.setdefault(key, line.number)
    if earlier == line.number:
        return False
    english = f"Line {earlier} has the same change."
    tally.errors.append(
        line.wrong("old_code", "duplicate-row", english, f"Samme endring som linje {earlier}.")
    )
    return True


def _plan_change(change: Change, day: date, draft: Draft, tally: Tally) -> bool:
    try:
        match change.kind:
            case Kind.RENAMING:
                return _rename(change, day, draft)
            case Kind.RENUMBERING:
                return _renumber(change, day, draft)
            case Kind.MERGER | Kind.SPLIT | Kind.BOUNDARY_ADJUSTMENT:
                return _change_map(change, day, draft)
    except Refused as refusal:
        line, column = _blamed(change, refusal)
        tally.refuse(line, refusal, column)
        return False


def _blamed(change: Change, refusal: Refused) -> tuple[Line, str]:
    """The row and column that hold the number a refusal names, else the first row's old code."""
    number = refusal.details.get("number")
    for column in ("old_code", "new_code"):
        for line in change.lines:
            if line.cells[column] == number:
                return line, column
    return change.lines[0], "old_code"


def _renumber(change: Change, day: date, draft: Draft) -> bool:
    old, new = change.old[0], change.new[0]
    one = draft.carrier_before(old, day)
    if one is None:
        raise _unknown(old, day)
    command = RenumberMunicipality(number=new, valid_from=day, taken_by=draft.taken_by(new, day, one))
    changed = draft.ask(one, command)
    return _begin_names(change.lines[0], one, day, draft) or changed


def _rename(change: Change, day: date, draft: Draft) -> bool:
    one = draft.carrier_on(change.new[0], day)
    if one is None:
        raise _unknown(change.new[0], day)
    return _begin_names(change.lines[0], one, day, draft)


def _begin_names(line: Line, one: MunicipalityId, day: date, draft: Draft) -> bool:
    """Let the names that the old label lacks begin on `day`, where the label changes then."""
    before, after = (_parts(line.cells[column]) for column in ("old_name", "new_name"))
    state = draft.states[one]
    if before == after or any(names.valid_from == day for names in state.names):
        return False
    standing = holding(state.names, day)
    if standing is None or standing.valid_from > day:
        raise _unknown(line.cells["new_code"], day)
    names = standing.names
    parallel: list[tuple[FactName, str | None]] = [("name_se", names.se), ("name_fkv", names.fkv)]
    younger = [(fact, name) for fact, name in parallel if name and fold_search(name) not in before]
    if not younger:
        message = f"The label changes on {day}, but the register has no name that begins then."
        raise NamesUnknown(message)
    for fact, name in younger:
        correction = CorrectFact(
            fact=fact, valid_from=standing.valid_from, old_value=name, new_value=None, reason=REASON
        )
        draft.ask(one, correction)
    return draft.ask(
        one, RenameMunicipality(names=Names(nb=names.nb, se=names.se, fkv=names.fkv), valid_from=day)
    )


def _change_map(change: Change, day: date, draft: Draft) -> bool:
    old = tuple(_carrier(draft, code, day, before=True) for code in change.old)
    new = tuple(_carrier(draft, code, day, before=False) for code in change.new)
    changed = False
    for one in dict.fromkeys((*old, *new)):
        command = _command(change.kind, one, old, new, day)
        if one in taking_part(command):
            changed |= draft.ask(one, command)
    return changed


def _command(
    kind: Kind,
    one: MunicipalityId,
    old: tuple[MunicipalityId, ...],
    new: tuple[MunicipalityId, ...],
    day: date,
) -> MapChange:
    if kind is Kind.MERGER:
        return RecordMerger(municipality_id=one, predecessors=old, successor=new[0], merged_on=day)
    if kind is Kind.SPLIT:
        return RecordSplit(municipality_id=one, predecessor=old[0], successors=new, split_on=day)
    return RecordBoundaryAdjustment(municipality_id=one, giver=old[0], receivers=new, adjusted_on=day)


def _carrier(draft: Draft, code: str, day: date, *, before: bool) -> MunicipalityId:
    found = draft.carrier_before(code, day) if before else draft.carrier_on(code, day)
    if found is None:
        raise _unknown(code, day)
    return found


def _parts(label: str) -> frozenset[str]:
    """The names of a label, whatever their order and spelling of accents."""
    return frozenset(fold_search(part) for part in label.split(" - "))


def _unknown(code: str, day: date) -> NumberUnknown:
    return NumberUnknown(f"No municipality of the register has the number {code} on {day}.", number=code)
