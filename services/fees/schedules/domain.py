"""A fee schedule: its components and rules, adopted as a whole and replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.fees.contract import Component, FeeScheduleAdopted, Proration, ScheduleId
from shared.decider import Decider
from shared.errors import Refused


@dataclass(frozen=True, kw_only=True)
class AdoptSchedule:
    """Let these rates hold from `first_year` through `last_year` (None: until further notice)."""

    schedule_id: ScheduleId
    first_year: int
    last_year: int | None
    components: tuple[Component, ...]
    proration: Proration
    host_pays: bool
    decided_by: str | None = None
    decided_on: date | None = None
    assumed: tuple[str, ...] = ()


class YearsReversed(Refused):
    """The last year lies before the first."""

    code = "years-reversed"
    nb = "Siste år kan ikke være før første år."


class ScheduleWithoutComponents(Refused):
    """A schedule needs something that is to be paid."""

    code = "schedule-without-components"
    nb = "Satsene må ha minst én del."


class ComponentTwice(Refused):
    """Grants and arithmetic refer to a component by its name, so a name stands once."""

    code = "component-twice"
    nb = "To deler har samme navn."


class AmountNegative(Refused):
    """Amounts and band limits are not negative; what lowers a fee is a grant."""

    code = "amount-negative"
    nb = "Beløp og grenser kan ikke være negative."


class BandsUnclear(Refused):
    """Bands are needed where, and only where, the component goes by bands; each limit once."""

    code = "bands-unclear"
    nb = "En trinnvis del trenger trinn med ulike grenser, andre deler ingen."


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What the schedule says now, None before it is adopted."""

    adopted: FeeScheduleAdopted | None = None


def evolve(_: Schedule, event: FeeScheduleAdopted) -> Schedule:
    """The schedule after the event."""
    return Schedule(adopted=event)


def adopt(schedule: Schedule, command: AdoptSchedule) -> Sequence[FeeScheduleAdopted]:
    """Adopt the rates; the same rates again are nothing new."""
    if command.last_year is not None and command.last_year < command.first_year:
        raise YearsReversed("The last year lies before the first.", field="last_year")
    _check_components(command.components)
    adopted = FeeScheduleAdopted(
        schedule_id=command.schedule_id,
        first_year=command.first_year,
        last_year=command.last_year,
        components=command.components,
        proration=command.proration,
        host_pays=command.host_pays,
        decided_by=command.decided_by,
        decided_on=command.decided_on,
        assumed=command.assumed,
    )
    return [] if adopted == schedule.adopted else [adopted]


def _check_components(components: tuple[Component, ...]) -> None:
    if not components:
        raise ScheduleWithoutComponents("A schedule needs a component.", field="components")
    if len({component.name for component in components}) < len(components):
        raise ComponentTwice("Two components have the same name.", field="components")
    for component in components:
        limits = [band.from_inhabitants for band in component.bands]
        amounts = [component.amount_ore, *limits, *(band.amount_ore for band in component.bands)]
        if min(amounts) < 0:
            raise AmountNegative("An amount is negative.", field="components", component=component.name)
        if (component.kind == "bands") != bool(limits) or len(set(limits)) < len(limits):
            raise BandsUnclear("The bands are unclear.", field="components", component=component.name)


schedules: Decider[Schedule, AdoptSchedule, FeeScheduleAdopted] = Decider(
    category="schedule", initial=Schedule(), decide=adopt, evolve=evolve
)
