"""Groups over HTTP: list, establish, give a mandate, archive, correct."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.groups.contract import GroupId
from services.groups.groups import queries
from services.groups.groups.domain import (
    AdoptMandate,
    ArchiveGroup,
    CorrectGroup,
    EstablishGroup,
    GroupCommand,
    GroupUnknown,
    groups,
)
from services.groups.groups.projection import GROUPS
from services.groups.groups.schemas import (
    ArchivingRequest,
    GroupCorrectionRequest,
    GroupRequest,
    GroupsView,
    GroupView,
    MandateRequest,
)
from shared import clock, ids
from shared.dates import day_written
from shared.errors import Malformed
from shared.readmodels import Row
from shared.web.access import requires
from shared.web.commands import command, connection, handle, store
from shared.web.etags import versioned
from shared.web.interface import Blueprint
from shared.web.openapi import AS_OF, AXES
from shared.web.reads import as_of, known_at
from shared.web.unchanged import from_events

blueprint = Blueprint("groups", __name__, url_prefix="/groups/v1", description="Bodies and groups")


@blueprint.get("/groups")
@requires("groups:read")
@from_events
@blueprint.doc(parameters=AXES)
@blueprint.response(200, GroupsView)
def list_groups() -> dict[str, list[Row]]:
    """The groups that exist on `as_of`, as known at `known_at`."""
    moment = known_at()
    rows = queries.group_rows(connection()) if moment is None else store().rows_known_at(GROUPS, moment)
    return {"items": queries.groups(rows, as_of())}


@blueprint.post("/groups")
@requires("groups:write", office=True)
@blueprint.arguments(GroupRequest)
@blueprint.response(201, GroupView)
@command
def establish_group(body: dict[str, Any]) -> Row:
    """Establish a group; its members are given their seats at once."""
    return established(body)


@blueprint.post("/groups/<uuid:group_id>/mandate")
@requires("groups:write", office=True)
@blueprint.arguments(MandateRequest)
@blueprint.response(201, GroupView)
@command
def adopt_mandate(body: dict[str, Any], group_id: UUID) -> Row:
    """Give the group a mandate."""
    return changed(AdoptMandate(group_id=GroupId(str(group_id)), **body))


@blueprint.post("/groups/<uuid:group_id>/archiving")
@requires("groups:write", office=True)
@blueprint.arguments(ArchivingRequest)
@blueprint.response(201, GroupView)
@command
def archive_group(body: dict[str, Any], group_id: UUID) -> Row:
    """End the group; every seat in it closes on the day."""
    return changed(ArchiveGroup(group_id=GroupId(str(group_id)), **body))


@blueprint.post("/groups/<uuid:group_id>/correction")
@requires("groups:write", office=True)
@blueprint.arguments(GroupCorrectionRequest)
@blueprint.response(201, GroupView)
@command
def correct_group(body: dict[str, Any], group_id: UUID) -> Row:
    """Put right a fact that was recorded wrongly."""
    if body["fact"] != "name":
        _must_be_a_day(body["new_value"])
    return changed(CorrectGroup(group_id=GroupId(str(group_id)), **body))


@blueprint.get("/groups/<uuid:group_id>")
@requires("groups:read")
@from_events
@blueprint.doc(parameters=[AS_OF])
@blueprint.response(200, GroupView)
def show_group(group_id: UUID) -> Row:
    """One group with its mandate on `as_of`; `ETag` is what a change of it names in `If-Match`."""
    row = queries.group_row(connection(), str(group_id))
    if row is None:
        raise GroupUnknown("There is no such group.")
    versioned(row["version"])
    return queries.view(row, as_of())


def established(body: dict[str, Any]) -> Row:
    """Establish a group within the request; its id is new unless the body gives one."""
    lists = {"composition": tuple(body["composition"]), "assumed": tuple(body["assumed"])}
    group_id = GroupId(str(body["group_id"] or ids.new_id()))
    given: dict[str, Any] = body | lists | {"group_id": group_id}
    return changed(EstablishGroup(**given))


def changed(asked: GroupCommand) -> Row:
    """Carry out a command on its group within the request, and show the group as it is then."""
    handle(groups, groups.stream(asked.group_id), asked)
    row = queries.group_row(connection(), asked.group_id)
    if row is None:
        raise GroupUnknown("There is no such group.")
    return queries.view(row, clock.today())


def _must_be_a_day(text: str) -> None:
    try:
        day_written(text)
    except ValueError as error:
        message = "A date is written YYYY-MM-DD."
        raise Malformed(message, errors={"new_value": [message]}) from error
