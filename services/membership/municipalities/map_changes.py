"""Mergers, splits and boundary adjustments: one fact, written to each that takes part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from services.membership.contract import (
    MunicipalityBoundaryAdjusted,
    MunicipalityId,
    MunicipalityMerged,
    MunicipalitySplit,
)
from services.membership.municipalities.identity import (
    IdentityEvent,
    Municipality,
    link_of,
)
from services.membership.municipalities.requirements import (
    MunicipalityNotThere,
    require_known,
)
from shared.errors import Refused


@dataclass(frozen=True, kw_only=True)
class RecordMerger:
    """`predecessors` became `successor`; asked of the stream of each of them."""

    municipality_id: MunicipalityId
    predecessors: tuple[MunicipalityId, ...]
    successor: MunicipalityId
    merged_on: date


@dataclass(frozen=True, kw_only=True)
class RecordSplit:
    """`predecessor` was divided and ceased; asked of the stream of each of them."""

    municipality_id: MunicipalityId
    predecessor: MunicipalityId
    successors: tuple[MunicipalityId, ...]
    split_on: date


@dataclass(frozen=True, kw_only=True)
class RecordBoundaryAdjustment:
    """Area changed hands and the giver goes on; asked of the stream of each of them."""

    municipality_id: MunicipalityId
    giver: MunicipalityId
    receivers: tuple[MunicipalityId, ...]
    adjusted_on: date


MapChange: TypeAlias = RecordMerger | RecordSplit | RecordBoundaryAdjustment


class NotTakingPart(Refused):
    """A merger, split or adjustment needs the right municipalities on both sides."""

    code = "not-taking-part"
    status = 422
    nb = "Kommunene på de to sidene av endringen stemmer ikke."


@dataclass(frozen=True)
class _Fields:
    """Where a change names its day and the side that may be several."""

    on: str
    several: str


_FIELDS = {
    RecordMerger: _Fields("merged_on", "predecessors"),
    RecordSplit: _Fields("split_on", "successors"),
    RecordBoundaryAdjustment: _Fields("adjusted_on", "receivers"),
}


def taking_part(change: MapChange) -> tuple[MunicipalityId, ...]:
    """Everybody whose stream the change is written to, each once."""
    match change:
        case RecordMerger():
            both = (*change.predecessors, change.successor)
        case RecordSplit():
            both = (change.predecessor, *change.successors)
        case RecordBoundaryAdjustment():
            both = (change.giver, *change.receivers)
    return tuple(dict.fromkeys(both))


def change_map(municipality: Municipality, change: MapChange) -> list[IdentityEvent]:
    """Write the change to one municipality that takes part; nothing if it stands there."""
    known = require_known(municipality)
    _require_sides(change)
    if change.municipality_id != known or known not in taking_part(change):
        raise NotTakingPart("This municipality does not take part in the change.", municipality_id=known)
    event = event_of(change)
    link = link_of(event)
    if link in municipality.links:
        return []
    if known in link.before and not _there_until(municipality, link.on):
        raise MunicipalityNotThere(
            "The municipality did not exist until that date.",
            field=_FIELDS[type(change)].on,
            municipality_id=known,
        )
    if known in link.after and not _there_from(municipality, link.on):
        raise MunicipalityNotThere(
            "The municipality does not exist from that date on.",
            field=_FIELDS[type(change)].on,
            municipality_id=known,
        )
    return [event]


def _require_sides(change: MapChange) -> None:
    match change:
        case RecordMerger():
            enough = len(taking_part(change)) > 1
        case RecordSplit():
            enough = len(set(change.successors)) > 1 and change.predecessor not in change.successors
        case RecordBoundaryAdjustment():
            enough = bool(change.receivers) and change.giver not in change.receivers
    if not enough:
        raise NotTakingPart("The two sides of the change do not fit it.", field=_FIELDS[type(change)].several)


def event_of(change: MapChange) -> MunicipalityMerged | MunicipalitySplit | MunicipalityBoundaryAdjusted:
    """What is written to one municipality that takes part."""
    match change:
        case RecordMerger():
            return MunicipalityMerged(
                municipality_id=change.municipality_id,
                predecessors=tuple(dict.fromkeys(change.predecessors)),
                successor=change.successor,
                merged_on=change.merged_on,
            )
        case RecordSplit():
            return MunicipalitySplit(
                municipality_id=change.municipality_id,
                predecessor=change.predecessor,
                successors=tuple(dict.fromkeys(change.successors)),
                split_on=change.split_on,
            )
        case RecordBoundaryAdjustment():
            return MunicipalityBoundaryAdjusted(
                municipality_id=change.municipality_id,
                giver=change.giver,
                receivers=tuple(dict.fromkeys(change.receivers)),
                adjusted_on=change.adjusted_on,
            )


def _there_until(municipality: Municipality, day: date) -> bool:
    """Whether it existed on the last day before `day`.

    One that ceases on that very day may be named by two changes: parts of a divided
    municipality can go into several mergers at once.
    """
    return municipality.since < day and (municipality.ceased_on is None or municipality.ceased_on >= day)


def _there_from(municipality: Municipality, day: date) -> bool:
    return municipality.since <= day and (municipality.ceased_on is None or municipality.ceased_on > day)
