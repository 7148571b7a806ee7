"""Adoptions to rows."""

from __future__ import annotations

import msgspec

from services.fees.contract import FeeScheduleAdopted
from services.fees.schedules.tables import schedules
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_fee_schedule_adopted(_: Row | None, recorded: Recorded[FeeScheduleAdopted]) -> Row:
    """The schedule as adopted last."""
    event = recorded.event
    return {
        "schedule_id": event.schedule_id,
        "first_year": event.first_year,
        "last_year": event.last_year,
        "components": msgspec.json.decode(msgspec.json.encode(event.components)),
        "proration": event.proration,
        "host_pays": event.host_pays,
        "decided_by": event.decided_by,
        "decided_on": event.decided_on,
        "assumed": list(event.assumed),
        "adopted_at": recorded.recorded_at,
        "event_id": recorded.event_id,
        "example": recorded.example,
    }


SCHEDULES = Projection(table=schedules, on={FeeScheduleAdopted: on_fee_schedule_adopted})
