"""The digests over HTTP: whether a copy of the feed still is what was published."""

from __future__ import annotations

from typing import Any

from services.notifications.digests.queries import days
from services.notifications.digests.schemas import DigestPage, DigestQuestion
from shared.web.access import requires
from shared.web.commands import connection
from shared.web.interface import Blueprint
from shared.web.reads import cursor_page

blueprint = Blueprint(
    "digests",
    __name__,
    url_prefix="/notifications/v1",
    description="A digest per day, by which a copy of the feed is checked.",
)


@blueprint.get("/digests")
@requires("notifications:read")
@blueprint.arguments(DigestQuestion, location="query")
@blueprint.response(200, DigestPage)
def listed(question: dict[str, Any]) -> dict[str, Any]:
    """The chain of each service's numbered events, with its digest at the end of every day (UTC).

    Each event's digest is the SHA-256 of the digest before it (empty before the first), the number,
    the id and the SHA-256 of the document, with blanks between. A day's digest is that of its last
    event. An event belongs to the day on which it was recorded, or to a later one if an event with
    a lower number was recorded then.
    """
    found = days(connection(), question.get("service"), question.get("since"))
    return cursor_page(found, _position)


def _position(row: dict[str, Any]) -> tuple[str, str]:
    return (row["day"], row["service"])
