"""What a municipality is: numbers, names and inhabitants as dated facts."""

from __future__ import annotations

from datetime import date
from typing import NewType

from shared.messages import Event, Value

MunicipalityId = NewType("MunicipalityId", str)
"""Our own UUID of a municipality; numbers and names are dated facts about it."""


class Names(Value, frozen=True, kw_only=True):
    """The official names: Norwegian, Northern Sami and Kven; None where there is none."""

    nb: str
    se: str | None = None
    fkv: str | None = None


class MunicipalityRegistered(Event, frozen=True, kw_only=True):
    """A municipality is known to the network from `valid_from`, with its first number.

    `organisation_number` and `number` are empty for an invented municipality.
    """

    happened = "valid_from"

    municipality_id: MunicipalityId
    organisation_number: str | None
    number: str | None
    names: Names
    county_number: str | None
    valid_from: date
    invented: bool = False


class MunicipalityRenumbered(Event, frozen=True, kw_only=True):
    """The municipality carries another number from `valid_from`; identity is unchanged."""

    happened = "valid_from"

    municipality_id: MunicipalityId
    old_number: str
    number: str
    county_number: str
    valid_from: date


class MunicipalityRenamed(Event, frozen=True, kw_only=True):
    """All official names from `valid_from` on."""

    happened = "valid_from"

    municipality_id: MunicipalityId
    names: Names
    valid_from: date


class MunicipalityMerged(Event, frozen=True, kw_only=True):
    """`predecessors` became `successor`. Written to the stream of each of them."""

    happened = "merged_on"

    municipality_id: MunicipalityId
    predecessors: tuple[MunicipalityId, ...]
    successor: MunicipalityId
    merged_on: date


class MunicipalitySplit(Event, frozen=True, kw_only=True):
    """`predecessor` was divided into `successors` and ceased. Written to each of them."""

    happened = "split_on"

    municipality_id: MunicipalityId
    predecessor: MunicipalityId
    successors: tuple[MunicipalityId, ...]
    split_on: date


class MunicipalityBoundaryAdjusted(Event, frozen=True, kw_only=True):
    """Area went from `giver` to `receivers`; the giver goes on. Written to each of them."""

    happened = "adjusted_on"

    municipality_id: MunicipalityId
    giver: MunicipalityId
    receivers: tuple[MunicipalityId, ...]
    adjusted_on: date


class MunicipalityCorrected(Event, frozen=True, kw_only=True):
    """A dated fact of identity was recorded wrongly: what stood, what holds, and why.

    `fact` is `number`, `organisation_number`, `name_nb`, `name_se`, `name_fkv` or
    `valid_from`; `valid_from` says which dated fact is meant.
    """

    happened = "valid_from"

    municipality_id: MunicipalityId
    fact: str
    valid_from: date
    old_value: str | None
    new_value: str | None
    reason: str


class PopulationUpdated(Event, frozen=True, kw_only=True):
    """The number of inhabitants on a date is known, or is known better than before.

    `replaces` is the earlier figure for the same date, None if there was none.
    `published_on` is None where the source's day of publishing is not known.
    """

    happened = "as_of"

    municipality_id: MunicipalityId
    as_of: date
    inhabitants: int
    source: str
    published_on: date | None = None
    replaces: int | None = None
    invented: bool = False
