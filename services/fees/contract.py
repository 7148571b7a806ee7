"""The published events of fees, and all that other services may import of it.

Money is integer øre with a currency; years are calendar years (budget years); an interval ends on
its first day outside (half-open). No event carries personal data. Every amount carries its
arithmetic, so that it can be computed again from the event alone, and from the events it names.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, NewType

from shared.messages import Event, Value

SERVICE = "fees"
TOPIC = "fees.events"

PUBLISHED = Path(__file__).parent / "published"
"""Schema and example of every event that was ever published, frozen."""

ScheduleId = NewType("ScheduleId", str)
"""Our own UUID of a fee schedule; adopting it again replaces what it said."""

GrantId = NewType("GrantId", str)
"""Our own UUID of a grant."""

MunicipalityId = NewType("MunicipalityId", str)
"""The municipality's UUID, as membership gave it."""

ComponentKind = Literal["fixed", "per_inhabitant", "bands", "one_off"]
"""Per year; per inhabitant and year; per year by size; once, in the year of joining."""

Proration = Literal["none", "monthly", "daily"]
"""A part of a year counts whole; by months touched of 12; by days of 365 or 366."""

Changed = Literal["liability", "membership", "population", "schedule", "grant"]
"""Which input of a determined fee is not as it was."""


class Band(Value, frozen=True, kw_only=True):
    """From `from_inhabitants` on, until the next band begins, the component costs `amount_ore`."""

    from_inhabitants: int
    amount_ore: int


class Component(Value, frozen=True, kw_only=True):
    """A part of the fee. `amount_ore` is the amount, or the rate per inhabitant; 0 with `bands`.

    `name` is what grants and arithmetic refer to (`fixed`, `variable`), `label` its Norwegian name.
    """

    name: str
    label: str
    kind: ComponentKind
    amount_ore: int = 0
    bands: tuple[Band, ...] = ()


class FeeScheduleAdopted(Event, frozen=True, kw_only=True):
    """The rates from `first_year` through `last_year` (None: until further notice) are set.

    Of several schedules for a year, the one adopted last holds. Inhabitants are counted on
    1 January of the budget year (`population_rule`). `decided_by` and `decided_on` are None where
    it is not known who decided. `assumed` names what no source gives: fields of this event or
    names of components.
    """

    schedule_id: ScheduleId
    first_year: int
    last_year: int | None
    components: tuple[Component, ...]
    proration: Proration
    host_pays: bool
    population_rule: Literal["1_january_of_budget_year"] = "1_january_of_budget_year"
    decided_by: str | None = None
    decided_on: date | None = None
    assumed: tuple[str, ...] = ()
    currency: str = "NOK"


class GrantAwarded(Event, frozen=True, kw_only=True):
    """`grantor` pays the component in full, for every member, in each of `years`.

    `reference` is the grantor's letter, None where it is not known.
    """

    grant_id: GrantId
    grantor: str
    component: str
    years: tuple[int, ...]
    reference: str | None = None
    assumed: tuple[str, ...] = ()


class GrantRevoked(Event, frozen=True, kw_only=True):
    """The grant holds no longer, for none of its years."""

    grant_id: GrantId
    reason: str


class ScheduleUsed(Value, frozen=True, kw_only=True):
    """Which adoption an amount rests on."""

    schedule_id: ScheduleId
    event_id: str


class PopulationUsed(Value, frozen=True, kw_only=True):
    """Which figure an amount rests on; `as_of` tells whether it is the budget year's own."""

    as_of: date
    inhabitants: int
    source: str
    event_id: str
    invented: bool = False


# What is false is left out, so that rows from before `host_exempt` equal those that are rebuilt.
class MembershipUsed(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A time of membership within the year, and its events; `host_exempt` where the host does not pay for it."""

    valid_from: date
    valid_to: date
    event_ids: tuple[str, ...]
    host_exempt: bool = False


class Line(Value, frozen=True, kw_only=True):
    """One component: `rate_ore` x `quantity` x `parts` / `whole`, rounded half up to øre.

    `quantity` is the number of inhabitants for a rate per inhabitant, else 1. `covered_ore` is what
    the grant `grant_event_id` covers; `to_pay_ore` is `amount_ore` less that.
    """

    component: str
    label: str
    kind: ComponentKind
    rate_ore: int
    quantity: int
    parts: int
    whole: int
    amount_ore: int
    covered_ore: int
    to_pay_ore: int
    grant_event_id: str | None = None
    grantor: str | None = None


class Arithmetic(Value, frozen=True, kw_only=True):
    """How an amount comes about: what it rests on, its lines and their sums.

    `liability` says whether anything is to be paid at all: `not_member` in a year without
    membership, `host_exempt` where all of it is exempt; both without lines. Where only a part of it is,
    the year is `liable` and `parts` count the rest. `membership` is empty for a quote, which assumes
    the whole year. `first_member_from` is when membership first began (a one-off is due in that year,
    unless it began exempt). `assumed` names the inputs that no source gives.
    """

    liability: Literal["liable", "not_member", "host_exempt"]
    proration: Proration
    schedule: ScheduleUsed
    population: PopulationUsed | None
    membership: tuple[MembershipUsed, ...]
    first_member_from: date | None
    lines: tuple[Line, ...]
    total_ore: int
    covered_ore: int
    to_pay_ore: int
    rounding: Literal["half_up_per_component"] = "half_up_per_component"
    assumed: tuple[str, ...] = ()
    currency: str = "NOK"


class FeeQuoted(Event, frozen=True, kw_only=True):
    """What a whole year of membership would cost a municipality that is invited.

    Not an estimate: nobody owes anything. The council paper needs the figure before there is a
    joining date, and it must be citable and stay as it was.
    """

    municipality_id: MunicipalityId
    year: int
    to_pay_ore: int
    arithmetic: Arithmetic
    currency: str = "NOK"


class FeeEstimated(Event, frozen=True, kw_only=True):
    """What the year will cost as far as is known; `arithmetic.population` is the figure it rests on.

    Raised again when an input changes before the fee is determined.
    """

    municipality_id: MunicipalityId
    year: int
    to_pay_ore: int
    arithmetic: Arithmetic
    currency: str = "NOK"


class FeeProposed(Event, frozen=True, kw_only=True):
    """The year's own population figure is there: this is what the office is asked to determine.

    An event of its own, since notices go out on it and the estimate must stay readable beside it.
    """

    municipality_id: MunicipalityId
    year: int
    to_pay_ore: int
    arithmetic: Arithmetic
    currency: str = "NOK"


class FeeDetermined(Event, frozen=True, kw_only=True):
    """The office has confirmed the year's fee. `estimated_ore` is what was last estimated."""

    municipality_id: MunicipalityId
    year: int
    to_pay_ore: int
    arithmetic: Arithmetic
    estimated_ore: int | None
    currency: str = "NOK"


class FeeDeviationFound(Event, frozen=True, kw_only=True):
    """An input of a determined fee is not as it was; the office is to settle what follows.

    `deviation` counts within the year from 1; a newer one replaces an unsettled older one.
    `difference_ore` is `expected_ore` less `determined_ore`, and may be 0.
    """

    municipality_id: MunicipalityId
    year: int
    deviation: int
    changed: tuple[Changed, ...]
    determined_ore: int
    expected_ore: int
    difference_ore: int
    expected: Arithmetic
    currency: str = "NOK"


class FeeDeviationSettled(Event, frozen=True, kw_only=True):
    """The deviation is dealt with: the fee corrected, left as it was, or the inputs are back.

    `vanished` is not the office's word: the inputs are again as they were when determined.
    """

    municipality_id: MunicipalityId
    year: int
    deviation: int
    outcome: Literal["corrected", "left", "vanished"]
    reason: str


class FeeCorrected(Event, frozen=True, kw_only=True):
    """The determined fee is another one than before: `old_to_pay_ore` became `to_pay_ore`."""

    municipality_id: MunicipalityId
    year: int
    deviation: int
    old_to_pay_ore: int
    to_pay_ore: int
    arithmetic: Arithmetic
    reason: str
    currency: str = "NOK"


class FeeWaived(Event, frozen=True, kw_only=True):
    """The office does not claim `waived_ore` of the determined fee; `reason` says why."""

    municipality_id: MunicipalityId
    year: int
    waived_ore: int
    reason: str
    currency: str = "NOK"


EVENTS: tuple[type[Event], ...] = (
    FeeScheduleAdopted,
    GrantAwarded,
    GrantRevoked,
    FeeQuoted,
    FeeEstimated,
    FeeProposed,
    FeeDetermined,
    FeeDeviationFound,
    FeeDeviationSettled,
    FeeCorrected,
    FeeWaived,
)

PAGES: tuple[tuple[str, str, str], ...] = (("Avgift", "/fees/", "all"),)
"""Entries of the suite's menu: Norwegian label, path, and who is offered it."""

TABS: tuple[tuple[str, str, str], ...] = (("Avgift", "/fees/kommuner/{municipality_id}", "own"),)
"""Tabs of a municipality's page: Norwegian label, path, and who is offered it."""
