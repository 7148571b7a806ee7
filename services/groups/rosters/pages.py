"""Pages that show the groups with their coverage, and each group's roster on a day."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from services.groups.persons import names_of
from services.groups.rosters import queries
from services.groups.rosters.api import roster_of
from services.groups.wording import DECISION_RULES, GROUP_KINDS, SEAT_KINDS, SEAT_ROLES
from shared.web.access import caller, requires
from shared.web.commands import connection, store
from shared.web.reads import as_of, known_at

pages = Blueprint("rosters_pages", __name__, url_prefix="/groups", template_folder="../templates")


@pages.get("/")
@requires("groups:read")
def groups() -> str:
    """Every group of the day with how well it is filled."""
    day = as_of()
    known = queries.facts(connection(), store(), as_of=day, known_at=known_at())
    return render_template(
        "groups/rosters_list.html",
        groups=queries.coverage(known, day),
        as_of=day,
        kinds=GROUP_KINDS,
        seat_kinds=SEAT_KINDS,
        is_office=caller().is_office,
        own=caller().municipality_id,
    )


@pages.get("/grupper/<uuid:group_id>")
@requires("groups:read")
def roster(group_id: UUID) -> str:
    """Who sits in the group on the day, with vacancies and members without anybody."""
    found = roster_of(str(group_id))
    terms = [term for seat in found["seats"] for term in (seat["member"], seat["deputy"]) if term]
    group, vacant = found["group"], queries.vacancies(found["seats"])
    named = {place["municipality_id"] for place in vacant}
    return render_template(
        "groups/rosters_group.html",
        roster=found,
        group=group,
        earlier_mandates=[mandate for mandate in group["mandates"] if mandate != group["mandate"]],
        coverage=found["coverage"],
        seated=[seat for seat in found["seats"] if seat["member"] or seat["deputy"]],
        vacant=vacant,
        without=[one for one in found["coverage"]["without"] if one["municipality_id"] not in named],
        as_of=found["as_of"],
        names=names_of(term["contact_id"] for term in terms),
        roles=SEAT_ROLES,
        kinds=GROUP_KINDS,
        rules=DECISION_RULES,
        seat_kinds=SEAT_KINDS,
        is_office=caller().is_office,
    )
