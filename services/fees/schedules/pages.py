"""Satser og tilskudd: what holds, what held, and the forms to change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from services.fees import wording
from services.fees.contract import GrantId, ScheduleId
from services.fees.grants.domain import AwardGrant, RevokeGrant, grants
from services.fees.grants.queries import all_grants
from services.fees.grants.schemas import GrantForm, RevocationRequest
from services.fees.schedules.domain import AdoptSchedule, schedules
from services.fees.schedules.queries import all_schedules, component_names, holding
from services.fees.schedules.schemas import ScheduleForm
from shared import clock
from shared.ids import new_id
from shared.web.access import caller, requires
from shared.web.commands import connection, handle
from shared.web.forms import form

pages = Blueprint("schedules_pages", __name__, url_prefix="/fees", template_folder="../templates")


def prices_page(
    grant_id: UUID | None = None,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """Schedules, grants and the forms; what went wrong stands at the form that was sent."""
    adopted = all_schedules(connection())
    today = clock.today()
    return render_template(
        "fees/schedules/prices.html",
        schedules=adopted,
        holding={year: holding(adopted, year) for year in (today.year, today.year + 1)},
        grants=all_grants(connection()),
        components=component_names(connection()),
        this_year=today.year,
        may_decide=caller().is_office and "fees:write" in caller().scopes,
        failed=str(grant_id) if grant_id else (request.endpoint if errors or refusal else None),
        errors=errors or {},
        refusal=refusal,
        values=values or {},
        wording=wording,
    )


@pages.get("/satser")
@requires("fees:read")
def prices() -> str:
    """Rates and grants."""
    return prices_page()


@pages.post("/satser")
@requires("fees:write", office=True)
@form(ScheduleForm, page=prices_page)
def adopt(body: dict[str, Any]) -> str:
    """Adopt rates; of several for a year, those adopted last hold."""
    schedule_id = ScheduleId(new_id())
    handle(schedules, schedules.stream(schedule_id), AdoptSchedule(schedule_id=schedule_id, **body))
    return url_for("schedules_pages.prices")


@pages.post("/tilskudd")
@requires("fees:write", office=True)
@form(GrantForm, page=prices_page)
def award(body: dict[str, Any]) -> str:
    """Record a grant."""
    grant_id = GrantId(new_id())
    years = tuple(range(body.pop("first_year"), body.pop("last_year") + 1))
    known = component_names(connection())
    handle(
        grants,
        grants.stream(grant_id),
        AwardGrant(grant_id=grant_id, years=years, known_components=known, **body),
    )
    return url_for("schedules_pages.prices")


@pages.post("/tilskudd/<uuid:grant_id>/bortfall")
@requires("fees:write", office=True)
@form(RevocationRequest, page=prices_page)
def revoke(body: dict[str, Any], grant_id: UUID) -> str:
    """Record that a grant holds no longer."""
    known = GrantId(str(grant_id))
    handle(grants, grants.stream(known), RevokeGrant(grant_id=known, reason=body["reason"]))
    return url_for("schedules_pages.prices")
