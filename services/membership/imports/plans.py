"""What an import would do: what is new, what changes, and every row that stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.membership.contract import MunicipalityId
from services.membership.imports.csv_file import Line, RowError
from services.membership.municipalities.claims import holder
from services.membership.municipalities.domain import MunicipalityCommand, municipalities
from services.membership.municipalities.identity import Municipality, holding
from shared.errors import Refused
from shared.reactions import Reaction


@dataclass(frozen=True, kw_only=True)
class YearSum:
    """The sum of a year's figures in the file, and of what is recorded for the same rows."""

    year: int
    rows: int
    total: int
    recorded: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure beside the one it is compared with: the same date's, else the year before's."""

    municipality_id: MunicipalityId
    name: str
    as_of: date
    inhabitants: int
    before: int
    before_as_of: date

    @property
    def change(self) -> int:
        """Inhabitants more (or fewer)."""
        return self.inhabitants - self.before


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Commands in their order, and what they come to; with errors, none of them may run."""

    kind: str
    rows: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    steps: tuple[Reaction, ...] = ()
    sums: tuple[YearSum, ...] = ()
    differences: tuple[Difference, ...] = ()
    errors: tuple[RowError, ...] = ()


@dataclass(kw_only=True)
class Tally:
    """Counts rows as they are planned."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    def count(self, *, new: bool, changed: bool) -> None:
        """Count one row that is in order."""
        if new:
            self.new += 1
        elif changed:
            self.changed += 1
        else:
            self.unchanged += 1

    def refuse(self, line: Line, refusal: Refused, column: str | None) -> None:
        """Note that a rule of the domain says no to a row."""
        self.errors.append(line.wrong(column, refusal.code, refusal.message, refusal.nb))


class Draft:
    """The register as it would become: the rules decide in memory, nothing is recorded."""

    def __init__(self, known: Iterable[Municipality]) -> None:
        """`known` is the register as it stands."""
        self.states: dict[MunicipalityId, Municipality] = {}
        self.steps: list[Reaction] = []
        self._carriers: dict[str, set[MunicipalityId]] = defaultdict(set)
        for one in known:
            if one.municipality_id is not None:
                self._keep(one.municipality_id, one)

    def ask(self, municipality_id: MunicipalityId, command: MunicipalityCommand) -> bool:
        """Whether the command changes anything; raises Refused where a rule says no."""
        state = self.states.get(municipality_id, municipalities.initial)
        events = municipalities.decide(state, command)
        if events:
            stream = municipalities.stream(municipality_id)
            self.steps.append(Reaction(decider=municipalities, stream=stream, command=command))
            self._keep(municipality_id, municipalities.fold(events, state))
        return bool(events)

    def carriers(self, number: str) -> list[MunicipalityId]:
        """Everybody who ever carried the municipality or organisation number."""
        return sorted(self._carriers.get(number, ()))

    def carrier_on(self, number: str, day: date) -> MunicipalityId | None:
        """Who carries the municipality number on a day."""
        return next((one for one in self.carriers(number) if self._has(one, number, day)), None)

    def carrier_before(self, number: str, day: date) -> MunicipalityId | None:
        """Who carried the municipality number until a day, that is on the day before."""
        return self.carrier_on(number, date.fromordinal(day.toordinal() - 1))

    def taken_by(self, number: str, day: date, by: MunicipalityId) -> MunicipalityId | None:
        """Another one than `by` who carries the number from a day on (see `holder`)."""
        asking = [self.states[by]] if by in self.states else []
        return holder([*asking, *(self.states[one] for one in self.carriers(number))], number, by, day)

    def _has(self, one: MunicipalityId, number: str, day: date) -> bool:
        state = self.states[one]
        carried = holding(state.numbers, day)
        alive = state.ceased_on is None or day < state.ceased_on
        return alive and carried is not None and carried.number == number

    def _keep(self, municipality_id: MunicipalityId, state: Municipality) -> None:
        self.states[municipality_id] = state
        for number in state.numbers:
            if number.number:
                self._carriers[number.number].add(municipality_id)
        for organisation in state.organisations:
            if organisation.organisation_number:
                self._carriers[organisation.organisation_number].add(municipality_id)


def summary(plan: Plan) -> Mapping[str, Any]:
    """The counts of a plan, for logs and answers."""
    return {
        "kind": plan.kind,
        "rows": plan.rows,
        "new": plan.new,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
    }
