"""Grants over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.fees.contract import GrantId
from services.fees.grants.domain import AwardGrant, GrantUnknown, RevokeGrant, grants
from services.fees.grants.queries import all_grants
from services.fees.grants.schemas import GrantRequest, GrantsView, GrantView, RevocationRequest
from services.fees.schedules.queries import component_names
from shared.ids import new_id
from shared.web.access import requires
from shared.web.commands import command, connection, handle
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint
from shared.web.unchanged import from_events

blueprint = Blueprint(
    "grants", __name__, url_prefix="/fees/v1", description="Who else pays a part of the fee, and when."
)


@blueprint.get("/grants")
@requires("fees:read")
@from_events
@blueprint.response(200, GrantsView)
def listed() -> dict[str, Any]:
    """Every grant, revoked ones included, in the order of their awards."""
    return {"items": all_grants(connection())}


@blueprint.get("/grants/<uuid:grant_id>")
@requires("fees:read")
@from_events
@blueprint.response(200, GrantView)
def shown(grant_id: UUID) -> dict[str, Any]:
    """One grant; `ETag` is what its revocation names in `If-Match`."""
    versioned_by(connection(), grants.stream(str(grant_id)))
    return _view(GrantId(str(grant_id)))


@blueprint.post("/grants")
@requires("fees:write", office=True)
@blueprint.arguments(GrantRequest)
@blueprint.response(201, GrantView)
@command
def award(body: dict[str, Any]) -> dict[str, Any]:
    """Record a grant; fees that are not determined follow at once, others deviate."""
    grant_id = GrantId(new_id())
    known = component_names(connection())
    years, assumed = tuple(body.pop("years")), tuple(body.pop("assumed"))
    asked = AwardGrant(grant_id=grant_id, years=years, assumed=assumed, known_components=known, **body)
    handle(grants, grants.stream(grant_id), asked)
    return _view(grant_id)


@blueprint.post("/grants/<uuid:grant_id>/revocation")
@requires("fees:write", office=True)
@blueprint.arguments(RevocationRequest)
@blueprint.response(201, GrantView)
@command
def revoke(body: dict[str, Any], grant_id: UUID) -> dict[str, Any]:
    """Record that a grant holds no longer."""
    known = GrantId(str(grant_id))
    handle(grants, grants.stream(known), RevokeGrant(grant_id=known, reason=body["reason"]))
    return _view(known)


def _view(grant_id: GrantId) -> dict[str, Any]:
    found = next((row for row in all_grants(connection()) if row["grant_id"] == grant_id), None)
    if found is None:
        raise GrantUnknown("There is no such grant.")
    return found
