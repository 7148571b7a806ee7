"""Rosters over HTTP: who sits in a group, how well the groups are filled, what waits for the office."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from services.groups.groups.domain import GroupUnknown
from services.groups.rosters import queries
from services.groups.rosters.export import roster_csv
from services.groups.rosters.schemas import CoveragesView, RosterView, WaitingView
from services.groups.rosters.waiting import items
from shared import clock
from shared.csv_export import MEDIA_TYPE
from shared.readmodels import Row
from shared.web.access import requires
from shared.web.commands import connection, store
from shared.web.interface import Blueprint
from shared.web.norwegian import sort_key
from shared.web.openapi import AXES, FILE
from shared.web.reads import as_file, as_of, known_at, with_mark

blueprint = Blueprint("rosters", __name__, url_prefix="/groups/v1", description="Rosters and coverage")


@blueprint.get("/groups/<uuid:group_id>/roster")
@requires("groups:read")
@blueprint.doc(parameters=[*AXES, *FILE])
@blueprint.response(200, RosterView)
def show_roster(group_id: UUID) -> Row | Response:
    """Who sits in the group on `as_of`, as known at `known_at`; with `format=csv` as a file."""
    found = roster_of(str(group_id))
    if not as_file():
        return found
    answer = Response(roster_csv(found, mark=with_mark()), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="gruppe-{group_id}-{as_of()}.csv"'
    return answer


@blueprint.get("/coverage")
@requires("groups:read")
@blueprint.doc(parameters=AXES)
@blueprint.response(200, CoveragesView)
def show_coverage() -> dict[str, list[Row]]:
    """Every group on `as_of` with seats filled and vacant, members without, and terms that end soon."""
    day = as_of()
    found = queries.facts(connection(), store(), as_of=day, known_at=known_at())
    return {"items": queries.coverage(found, day)}


@blueprint.get("/waiting")
@requires("groups:read", office=True)
@blueprint.response(200, WaitingView)
def show_waiting() -> dict[str, Any]:
    """Vacant seats, terms that end soon, and follow-ups that were refused."""
    return {"items": items(connection(), store(), clock.today())}


def roster_of(group_id: str) -> Row:
    """The roster that the request's `as_of` and `known_at` ask for, municipalities in Norwegian order."""
    day = as_of()
    known = queries.facts(connection(), store(), as_of=day, known_at=known_at(), group_id=group_id)
    found = queries.roster(known, group_id, day)
    if found is None:
        raise GroupUnknown("There is no such group.")
    found["seats"].sort(key=lambda seat: (sort_key(seat["municipality"] or ""), seat["seat"]))
    found["coverage"]["without"].sort(key=lambda place: sort_key(place["municipality"] or ""))
    return found
