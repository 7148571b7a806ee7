"""Door for the network's own data: adopts the schedules and grants of its `fees.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from services.fees.contract import Component, GrantId, Proration, ScheduleId
from services.fees.grants.domain import AwardGrant, GrantAlreadyAwarded, grants
from services.fees.schedules.domain import AdoptSchedule, schedules
from shared import typed
from shared.decider import Decider
from shared.eventstore import Handled
from shared.ids import derived_id

Handle = Callable[[Decider[Any, Any, Any], str, Any], Handled]
"""`Transaction.handle`, or what the web kit offers for a request."""


class ScheduleText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[schedules]]` entry; money in øre."""

    key: str
    first_year: int
    components: tuple[Component, ...]
    proration: Proration
    host_pays: bool
    last_year: int | None = None
    decided_by: str | None = None
    decided_on: date | None = None
    assumed: tuple[str, ...] = ()


class GrantText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[grants]]` entry."""

    key: str
    grantor: str
    component: str
    years: tuple[int, ...]
    reference: str | None = None
    assumed: tuple[str, ...] = ()


class FeesText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    schedules: tuple[ScheduleText, ...] = ()
    grants: tuple[GrantText, ...] = ()


def read(folder: Path) -> FeesText:
    """What the network's `fees.toml` says; nothing where there is no such file."""
    path = folder / "fees.toml"
    if not path.exists():
        return FeesText()
    return typed.convert(tomllib.loads(path.read_text(encoding="utf-8")), FeesText)


def adopt(handle: Handle, told: FeesText) -> int:
    """Adopt what the file says, through the same rules as by hand; the number of events.

    A second time, nothing happens: ids follow from the keys. A grant that the office has revoked
    since then stays revoked.
    """
    written = 0
    for schedule in told.schedules:
        schedule_id = ScheduleId(derived_id("fee-schedule", schedule.key))
        command = AdoptSchedule(
            schedule_id=schedule_id,
            first_year=schedule.first_year,
            last_year=schedule.last_year,
            components=schedule.components,
            proration=schedule.proration,
            host_pays=schedule.host_pays,
            decided_by=schedule.decided_by,
            decided_on=schedule.decided_on,
            assumed=schedule.assumed,
        )
        written += len(handle(schedules, schedules.stream(schedule_id), command).events)
    known = tuple(sorted({part.name for schedule in told.schedules for part in schedule.components}))
    for grant in told.grants:
        grant_id = GrantId(derived_id("fee-grant", grant.key))
        award = AwardGrant(
            grant_id=grant_id,
            grantor=grant.grantor,
            component=grant.component,
            years=grant.years,
            known_components=known,
            reference=grant.reference,
            assumed=grant.assumed,
        )
        try:
            written += len(handle(grants, grants.stream(grant_id), award).events)
        except GrantAlreadyAwarded as refusal:
            if not refusal.details["revoked"]:
                raise
    return written
