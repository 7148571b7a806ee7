"""Establish the bodies that a network's data names; running it again changes nothing."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import msgspec

from services.groups.contract import DecisionRule, GroupId, GroupKind, SeatKind
from services.groups.groups.domain import AdoptMandate, EstablishGroup, groups
from shared import ids, typed
from shared.eventstore import Store
from shared.messages import Context


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[groups]]` of a network's `groups.toml`; see `GroupEstablished` for the fields."""

    key: str
    kind: GroupKind
    name: str
    decision_rule: DecisionRule
    seat_kind: SeatKind
    established_on: date
    seats_per_municipality: int = 0
    employed_by_host: bool = False
    composition: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    mandate: str | None = None
    mandate_decided_by: str | None = None

    @property
    def group_id(self) -> GroupId:
        """The id that follows from the key: the same in every installation."""
        return GroupId(ids.derived_id("group", self.key))


def bodies(path: Path) -> tuple[Body, ...]:
    """The bodies in a `groups.toml`; raises msgspec.ValidationError where a field is wrong."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(typed.convert(told["groups"], list[Body]))


def establish_bodies(store: Store, listed: tuple[Body, ...], context: Context) -> int:
    """Establish each with its mandate; the number of events that led to.

    A body that has been established is left as it is, whatever the data says now: a change
    of an existing group is the office's own decision.
    """
    written = 0
    for body in listed:
        stream = groups.stream(body.group_id)
        with store.transaction(context) as transaction:
            if transaction.load(groups, stream).state.established is not None:
                continue
            established = EstablishGroup(
                group_id=body.group_id,
                kind=body.kind,
                name=body.name,
                decision_rule=body.decision_rule,
                seat_kind=body.seat_kind,
                seats_per_municipality=body.seats_per_municipality,
                employed_by_host=body.employed_by_host,
                composition=body.composition,
                established_on=body.established_on,
                assumed=body.assumed,
            )
            written += len(transaction.handle(groups, stream, established).events)
            if body.mandate is not None:
                mandate = AdoptMandate(
                    group_id=body.group_id,
                    text=body.mandate,
                    decided_by=body.mandate_decided_by,
                    adopted_on=body.established_on,
                )
                written += len(transaction.handle(groups, stream, mandate).events)
    return written
