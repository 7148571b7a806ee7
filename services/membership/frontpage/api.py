"""What waits for the office in membership, over HTTP."""

from __future__ import annotations

from typing import Any

from services.membership.frontpage.schemas import WaitingView
from services.membership.frontpage.waiting import items
from shared import clock
from shared.web.access import requires
from shared.web.commands import connection
from shared.web.interface import Blueprint

blueprint = Blueprint(
    "waiting", __name__, url_prefix="/membership/v1", description="What waits for the office"
)


@blueprint.get("/waiting")
@requires("membership:read", office=True)
@blueprint.response(200, WaitingView)
def list_waiting() -> dict[str, Any]:
    """Deadlines, missing papers and dates, vacant roles, refused follow-ups."""
    return {"items": items(connection(), clock.today())}
