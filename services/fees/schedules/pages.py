"""Satser og tilskudd: what holds, what held, and the forms to change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from services.fees import wording
from services.fees.contract import GrantId, ScheduleId
from services.fees.grants.domain import AwardGrant, GrantUnknown, RevokeGrant, grants
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


@pages.get("/satser")
@requires("fees:read")
def prices() -> str:
    """Rates and grants: what holds, what held, what comes."""
    adopted = all_schedules(connection())
    today = clock.today()
    return render_template(
        "fees/schedules/prices.html",
        schedules=adopted,
        holding={year: holding(adopted, year) for year in (today.year, today.year + 1)},
        grants=all_grants(connection()),
        components=_labels(),
        this_year=today.year,
        may_decide=caller().is_office and "fees:write" in caller().scopes,
        wording=wording,
    )


def adoption_page(
    errors: dict[str, list[str]] | None = None, refusal: str | None = None, values: Any = None
) -> str:
    """The form for new rates."""
    return _form_page("adopt", errors, refusal, values)


@pages.get("/satser/nye")
@requires("fees:read", office=True)
def show_adoption() -> str:
    """An empty form."""
    return adoption_page()


@pages.post("/satser/nye")
@requires("fees:write", office=True)
@form(ScheduleForm, page=adoption_page)
def adopt(body: dict[str, Any]) -> str:
    """Adopt rates; of several for a year, those adopted last hold."""
    schedule_id = ScheduleId(new_id())
    handle(schedules, schedules.stream(schedule_id), AdoptSchedule(schedule_id=schedule_id, **body))
    return url_for("schedules_pages.prices")


def award_page(
    errors: dict[str, list[str]] | None = None, refusal: str | None = None, values: Any = None
) -> str:
    """The form for a grant."""
    return _form_page("award", errors, refusal, values)


@pages.get("/tilskudd/nytt")
@requires("fees:read", office=True)
def show_award() -> str:
    """An empty form."""
    return award_page()


@pages.post("/tilskudd/nytt")
@requires("fees:write", office=True)
@form(GrantForm, page=award_page)
def award(body: dict[str, Any]) -> str:
    """Record a grant."""
    grant_id = GrantId(new_id())
    first, last = body["first_year"], body["last_year"]
    asked = AwardGrant(
        grant_id=grant_id,
        grantor=body["grantor"],
        component=body["component"],
        years=tuple(range(first, last + 1)),
        reference=body["reference"],
        known_components=component_names(connection()),
    )
    handle(grants, grants.stream(grant_id), asked)
    return url_for("schedules_pages.prices")


def revocation_page(
    grant_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The grant, and the form that says that it holds no longer."""
    found = next((row for row in all_grants(connection()) if row["grant_id"] == str(grant_id)), None)
    if found is None:
        raise GrantUnknown("There is no such grant.")
    return _form_page("revoke", errors, refusal, values, grant=found)


@pages.get("/tilskudd/<uuid:grant_id>/bortfall")
@requires("fees:read", office=True)
def show_revocation(grant_id: UUID) -> str:
    """An empty form."""
    return revocation_page(grant_id)


@pages.post("/tilskudd/<uuid:grant_id>/bortfall")
@requires("fees:write", office=True)
@form(RevocationRequest, page=revocation_page)
def revoke(body: dict[str, Any], grant_id: UUID) -> str:
    """Record that a grant holds no longer."""
    known = GrantId(str(grant_id))
    handle(grants, grants.stream(known), RevokeGrant(grant_id=known, reason=body["reason"]))
    return url_for("schedules_pages.prices")


def _form_page(
    name: str, errors: dict[str, list[str]] | None, refusal: str | None, values: Any, **shown: Any
) -> str:
    return render_template(
        f"fees/schedules/{name}.html",
        components=_labels(),
        this_year=clock.today().year,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
        wording=wording,
        **shown,
    )


def _labels() -> dict[str, str]:
    """What the components are called, by the names that grants refer to."""
    return {part.name: part.label for row in all_schedules(connection()) for part in row["components"]}
