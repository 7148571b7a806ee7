"""Pages for the office: establish a group, give it a mandate, correct it, end it."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, render_template, url_for
from marshmallow import Schema

from services.groups.contract import GroupId
from services.groups.groups import queries
from services.groups.groups.api import changed, established
from services.groups.groups.domain import AdoptMandate, ArchiveGroup, CorrectGroup, GroupUnknown
from services.groups.groups.form_schemas import (
    ArchivingForm,
    FirstDayCorrectionForm,
    GroupForm,
    LastDayCorrectionForm,
    NameCorrectionForm,
)
from services.groups.groups.schemas import MandateRequest
from services.groups.wording import DECISION_RULES, GROUP_KINDS, SEAT_KINDS
from shared import clock
from shared.web.access import requires
from shared.web.commands import connection
from shared.web.forms import form

pages = Blueprint("groups_pages", __name__, url_prefix="/groups", template_folder="../templates")


def new_group_page(
    errors: dict[str, list[str]] | None = None, refusal: str | None = None, values: Any = None
) -> str:
    """The form for a new group."""
    return render_template(
        "groups/groups_new.html",
        kinds=GROUP_KINDS,
        rules=DECISION_RULES,
        seat_kinds=SEAT_KINDS,
        today=clock.today(),
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


def group_forms_page(
    group_id: UUID,
    *,
    failed: str = "",
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The forms that change a group; what went wrong stands at the one that `failed`."""
    group = queries.group_row(connection(), str(group_id))
    if group is None:
        raise GroupUnknown("There is no such group.")
    return render_template(
        "groups/groups_change.html",
        group=group,
        today=clock.today(),
        failed=failed,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get("/grupper/ny")
@requires("groups:write", office=True)
def new_group() -> str:
    """Ask what the group is."""
    return new_group_page()


@pages.post("/grupper/ny")
@requires("groups:write", office=True)
@form(GroupForm, page=new_group_page)
def establish_group(body: dict[str, Any]) -> str:
    """Establish it, and show its roster."""
    group = established(body)
    return url_for("rosters_pages.roster", group_id=group["group_id"])


@pages.get("/grupper/<uuid:group_id>/endre")
@requires("groups:write", office=True)
def group_forms(group_id: UUID) -> str:
    """Ask what changes."""
    return group_forms_page(group_id)


@pages.post("/grupper/<uuid:group_id>/mandat")
@requires("groups:write", office=True)
@form(MandateRequest, page=partial(group_forms_page, failed="mandate"))
def adopt_mandate(body: dict[str, Any], group_id: UUID) -> str:
    """Record the mandate."""
    changed(AdoptMandate(group_id=GroupId(str(group_id)), **body))
    return url_for("rosters_pages.roster", group_id=group_id)


@pages.post("/grupper/<uuid:group_id>/avslutning")
@requires("groups:write", office=True)
@form(ArchivingForm, page=partial(group_forms_page, failed="archiving"))
def archive_group(body: dict[str, Any], group_id: UUID) -> str:
    """Record the end."""
    changed(ArchiveGroup(group_id=GroupId(str(group_id)), **body))
    return url_for("rosters_pages.roster", group_id=group_id)


def _offer_correction(
    fact: Literal["name", "established_on", "archived_on"], path: str, schema: type[Schema]
) -> None:
    """Offer to put one fact right."""

    def correct(body: dict[str, Any], group_id: UUID) -> str:
        changed(CorrectGroup(group_id=GroupId(str(group_id)), fact=fact, **body))
        return url_for("rosters_pages.roster", group_id=group_id)

    correct.__name__ = f"correct_{fact}"
    guard = requires("groups:write", office=True)
    pages.post(f"/grupper/<uuid:group_id>/retting/{path}")(
        guard(form(schema, page=partial(group_forms_page, failed=fact))(correct))
    )


_offer_correction("name", "navn", NameCorrectionForm)
_offer_correction("established_on", "forste-dag", FirstDayCorrectionForm)
_offer_correction("archived_on", "siste-dag", LastDayCorrectionForm)
