"""Schedules over HTTP."""

from __future__ import annotations

from typing import Any

from services.fees.contract import ScheduleId
from services.fees.schedules.domain import AdoptSchedule, schedules
from services.fees.schedules.queries import all_schedules
from services.fees.schedules.schemas import ScheduleRequest, SchedulesView, ScheduleView
from shared.ids import new_id
from shared.web.access import requires
from shared.web.commands import command, connection, handle
from shared.web.interface import Blueprint
from shared.web.unchanged import from_events

blueprint = Blueprint(
    "schedules", __name__, url_prefix="/fees/v1", description="What the parts of the fee cost, by year."
)


@blueprint.get("/schedules")
@requires("fees:read")
@from_events
@blueprint.response(200, SchedulesView)
def listed() -> dict[str, Any]:
    """Every schedule, the one adopted last first; of several for a year that one holds."""
    return {"items": all_schedules(connection())}


@blueprint.post("/schedules")
@requires("fees:write", office=True)
@blueprint.arguments(ScheduleRequest)
@blueprint.response(201, ScheduleView)
@command
def adopt(body: dict[str, Any]) -> dict[str, Any]:
    """Adopt a schedule; what follows for fees comes at once."""
    schedule_id = ScheduleId(str(body["schedule_id"] or new_id()))
    handle(
        schedules,
        schedules.stream(schedule_id),
        AdoptSchedule(
            **body
            | {
                "schedule_id": schedule_id,
                "components": tuple(body["components"]),
                "assumed": tuple(body["assumed"]),
            }
        ),
    )
    return next(row for row in all_schedules(connection()) if row["schedule_id"] == schedule_id)
