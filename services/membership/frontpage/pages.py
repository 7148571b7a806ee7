"""Oversikt, the suite's front page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.membership import wording
from services.membership.frontpage.lately import happened
from services.membership.frontpage.waiting import items
from services.membership.memberships import views
from services.membership.memberships.queries import Stage
from services.membership.municipalities.views import figures
from shared import clock
from shared.web.access import caller, requires
from shared.web.commands import connection, store
from shared.web.neighbours import ask
from shared.web.reads import as_of, known_at

pages = Blueprint("frontpage_pages", __name__, url_prefix="/membership", template_folder="../templates")

NEIGHBOURS = (("Avgift", "fees"), ("Grupper", "groups"), ("Varsler", "notifications"))

ON_THE_WAY: tuple[Stage, ...] = (
    "invited",
    "in_treatment",
    "deferred",
    "rejected",
    "joining_cancelled",
    "approved_with_conditions",
    "approved",
    "signed",
    "received",
    "joining",
    "notice_given",
)
"""Columns of the board, in the order of the way; members without a notice are not on the way."""


@pages.get("/")
@requires("membership:read")
def overview() -> str:
    """Members, board, what waits (now), and what happened lately, as of a date and as known at a moment."""
    day, moment, asking = as_of(), known_at(), caller()
    names = {one: about.name for one, about in views.municipalities(day, moment).items()}
    known = views.members(day, moment)
    members = [one for one in known if one["standing"] == "member"]
    inhabitants = {one: figure.inhabitants for one, figure in figures(day).items()}
    board = [one for one in views.board(day, moment) if one["stage"] in ON_THE_WAY]
    return render_template(
        "membership/overview_page.html",
        as_of=day,
        known_at=moment,
        today=clock.today(),
        members=members,
        coming=[one for one in known if one["standing"] == "coming"],
        inhabitants=inhabitants,
        inhabitants_of_members=sum(inhabitants.get(one["municipality_id"], 0) for one in members),
        board=[
            (stage, own) for stage in ON_THE_WAY if (own := [way for way in board if way["stage"] == stage])
        ],
        waiting=_waiting() if asking.is_office and moment is None else None,
        lately=happened(connection(), store(), names, asking.municipality_id, moment),
        own=asking.municipality_id,
        wording=wording,
    )


@pages.get("")
@requires("membership:read")
def without_slash() -> Response:
    """The front page's address without its last stroke."""
    return redirect(url_for("frontpage_pages.overview"))


def _waiting() -> list[tuple[str, list[dict[str, Any]] | None]]:
    """What waits, by service; None where a service does not answer."""
    own = items(connection(), clock.today())
    found: list[tuple[str, list[dict[str, Any]] | None]] = [("Medlemskap", own)]
    for label, service in NEIGHBOURS:
        answer = ask(f"/{service}/v1/waiting")
        found.append((label, None if answer is None else answer["items"]))
    return found
