"""The feed over HTTP: all events in one sequence (I-03 to I-05), and which types there are (I-17)."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from services.notifications.feed.domain import FeedQuestion, ask
from services.notifications.feed.queries import Page, page
from services.notifications.feed.schemas import EventTypes, event_types
from shared.opening import network
from shared.web.access import caller, requires
from shared.web.commands import store
from shared.web.installed import installed
from shared.web.interface import Blueprint
from shared.web.longpoll import wait_for
from shared.web.openapi import query

blueprint = Blueprint(
    "feed", __name__, url_prefix="/notifications/v1", description="All events in one sequence."
)

MEDIA_TYPE = "application/cloudevents-batch+json"

_DESCRIPTION: dict[str, Any] = {
    "parameters": [
        query("after", "Event id, exclusive.", minLength=1),
        query("lastEventId", "Alias of after.", minLength=1),
        query("limit", "How many events at most.", type="integer", minimum=1, maximum=1000, default=100),
        query("type", "Exact, or prefix.*", type="array", items={"type": "string", "minLength": 1}),
        query("subject", "municipality/<uuid>", minLength=1),
        query("since", "Recorded at this moment or later; not together with after.", format="date-time"),
        query("order", "Oldest first, or newest first.", enum=["asc", "desc"], default="asc"),
        query(
            "timeout",
            "Milliseconds to wait for something new.",
            type="integer",
            minimum=0,
            maximum=30000,
            default=0,
        ),
    ],
    "responses": {
        "200": {
            "description": "A batch of CloudEvents; the next page is always in Link.",
            "content": {MEDIA_TYPE: {"schema": {"type": "array", "items": {"type": "object"}}}},
        },
        "400": {"description": "Unknown cursor or type, or a parameter that is wrong."},
        "410": {"description": "The cursor is kept no longer; `oldest` is where to go on."},
    },
}


@blueprint.get("/events")
@blueprint.doc(**_DESCRIPTION)
@requires("notifications:read")
def events() -> Response:
    """Events of all services after a cursor, as one CloudEvents batch; waits for new ones if asked to."""
    question = ask(request.args.to_dict(flat=False))
    found = wait_for_page(question, caller().municipality_id)
    answer = Response(f"[{','.join(found.documents)}]", mimetype=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Link"] = f'<{question.next_address(request.base_url, found.cursor)}>; rel="next"'
    return answer


@blueprint.get("/event-types")
@requires("notifications:read")
@blueprint.response(200, EventTypes)
def types() -> dict[str, Any]:
    """Every type of event that the suite publishes: what it means, its schema, and an example."""
    settings = installed().settings
    return {"items": event_types(network(settings).source, settings.url)}


def wait_for_page(question: FeedQuestion, municipality_id: str | None) -> Page:
    """The page as soon as there is something on it, at the latest when the time is up."""
    found = _look(question, municipality_id)
    if found.documents or not question.timeout:
        return found

    def something() -> Page | None:
        newer = _look(question, municipality_id)
        return newer if newer.documents else None

    waited = wait_for(store(), something, question.timeout / 1000)
    return waited or _look(question, municipality_id)


def _look(question: FeedQuestion, municipality_id: str | None) -> Page:
    with store().reading() as connection:
        return page(connection, question, municipality_id)
