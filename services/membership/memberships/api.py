"""The way to membership over HTTP, the list of members and the board."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema

from services.membership.memberships import changes, queries, schemas, views
from services.membership.memberships.domain import commands as ask
from services.membership.memberships.domain import memberships
from services.membership.memberships.handlers import MunicipalityUnknown
from services.membership.memberships.steps import take
from services.membership.municipalities.queries import municipality
from shared import clock
from shared.csv_export import MEDIA_TYPE
from shared.errors import Malformed, NotFound
from shared.readmodels import Row
from shared.web.access import caller, requires
from shared.web.commands import command, connection
from shared.web.etags import versioned_by
from shared.web.interface import Blueprint
from shared.web.openapi import AXES, CURSOR, FILE, LIMIT, query
from shared.web.reads import as_file, as_of, cursor_page, known_at, with_mark
from shared.web.unchanged import from_events

blueprint = Blueprint(
    "memberships", __name__, url_prefix="/membership/v1", description="The way to membership, and members"
)

_WAY = "/municipalities/<uuid:municipality_id>/agreements/<int:version>"


class WayUnknown(NotFound):
    """Nothing has been recorded of such a way, or the caller may not know of it."""

    code = "way-unknown"
    nb = "Det er ikke registrert noe om kommunen for denne avtaleversjonen."


STANDINGS = ("member", "former", "coming", "all")

_QUERY = [
    *AXES,
    query("standing", "Seen from `as_of`", enum=list(STANDINGS), default="member"),
    query("changedAfter", "An event id: every municipality of which anything changed since"),
    *FILE,
    LIMIT,
    CURSOR,
]


def _offer(path: str, schema: type[Schema], step: type[ask.Command], *, own: bool = False) -> None:
    """Offer one step of the way as a POST; `own` where the municipality may take it itself."""

    def taken(body: dict[str, Any], municipality_id: UUID, version: int) -> Row:
        row = take(step, str(municipality_id), version, body)
        return views.way(row, clock.today())

    taken.__name__ = path.replace("-", "_")
    taken.__doc__ = step.__doc__
    view = blueprint.response(201, schemas.WayView)(command(taken))
    view = blueprint.arguments(schema)(view)
    guard = requires("membership:write", own="municipality_id" if own else None, office=not own)
    blueprint.post(f"{_WAY}/{path}")(guard(view))


_offer("invitation", schemas.InvitationRequest, ask.InviteMunicipality)
_offer("treatments", schemas.TreatmentRequest, ask.RegisterTreatment, own=True)
_offer("resolution", schemas.ResolutionRequest, ask.RecordResolution, own=True)
_offer("conditions-settlement", schemas.SettlementRequest, ask.SettleConditions)
_offer("resolution-correction", schemas.ResolutionCorrectionRequest, ask.CorrectResolution, own=True)
_offer("signature", schemas.SignatureRequest, ask.SignAgreement, own=True)
_offer("receipt", schemas.ReceiptRequest, ask.ReceiveAgreement)
_offer("joining-date", schemas.JoiningDateRequest, ask.SetJoiningDate)
_offer("joining-date-correction", schemas.JoiningDateCorrectionRequest, ask.CorrectJoiningDate)
_offer("joining-date-cancellation", schemas.JoiningDateCancellationRequest, ask.CancelJoiningDate)
_offer("withdrawal", schemas.WithdrawalRequest, ask.GiveNotice)
_offer("withdrawal-cancellation", schemas.WithdrawalCancellationRequest, ask.CancelWithdrawal)
_offer("leaving-date-correction", schemas.LeavingDateCorrectionRequest, ask.CorrectLeavingDate)


@blueprint.get(_WAY)
@requires("membership:read")
@from_events
@blueprint.doc(parameters=AXES)
@blueprint.response(200, schemas.WayView)
def show_way(municipality_id: UUID, version: int) -> Row:
    """One way through an agreement; `ETag` is what a step on it names in `If-Match`.

    Of others than itself a municipality sees membership only.
    """
    one, moment = str(municipality_id), known_at()
    if moment is None:
        versioned_by(connection(), memberships.stream(one, str(version)))
    found = [row for row in views.way_rows(moment, one) if row["agreement_version"] == version]
    seen = views.seen_by(found[0], as_of(), caller()) if found else None
    if seen is None:
        raise WayUnknown("Nothing has been recorded of the municipality under this version.")
    return seen


@blueprint.get("/municipalities/<uuid:municipality_id>/memberships")
@requires("membership:read")
@from_events
@blueprint.doc(parameters=AXES)
@blueprint.response(200, schemas.MunicipalityMembershipsView)
def show_memberships(municipality_id: UUID) -> dict[str, Any]:
    """One municipality's membership and ways, as of a date and as known at a moment."""
    return memberships_view(str(municipality_id))


@blueprint.get("/members")
@requires("membership:read")
@from_events
@blueprint.doc(parameters=_QUERY)
@blueprint.response(200, schemas.MembersPage)
def list_members() -> dict[str, Any] | Response:
    """Who was, is or will be a member, with the numbers and names of the date."""
    day, moment = as_of(), known_at()
    # Asked for first: what is numbered meanwhile comes once more next time, and is not lost.
    through = changes.latest(connection())
    shown = _members(day, moment)
    if as_file():
        answer = Response(views.as_csv(shown, mark=with_mark()), content_type=MEDIA_TYPE)
        answer.headers["Content-Disposition"] = f'attachment; filename="medlemmer-{day}.csv"'
        return answer
    page = cursor_page(shown, views.position)
    return page | {"as_of": day, "known_at": moment, "changed_through": through}


@blueprint.get("/board")
@requires("membership:read")
@from_events
@blueprint.doc(parameters=AXES)
@blueprint.response(200, schemas.BoardView)
def show_board() -> dict[str, Any]:
    """Who is where on the way; of others than itself a municipality sees membership only."""
    return {"as_of": as_of(), "items": views.board(as_of(), known_at())}


def memberships_view(municipality_id: str) -> dict[str, Any]:
    """What is shown of one municipality to whoever asks."""
    day, moment = as_of(), known_at()
    if municipality(connection(), municipality_id, day) is None:
        raise MunicipalityUnknown("There is no such municipality.")
    rows = views.way_rows(moment, municipality_id)
    known = sorted(queries.memberships(rows), key=lambda one: one.start)
    standing = [one for one in known if one.standing(day) == "member"]
    shown = standing or [one for one in known if one.standing(day) == "coming"][:1] or known[-1:]
    seen = [views.seen_by(row, day, caller()) for row in rows]
    return {
        "municipality_id": municipality_id,
        "as_of": day,
        "known_at": moment,
        "standing": shown[0].standing(day) if shown else None,
        "member_from": shown[0].start if shown else None,
        "member_to": shown[0].end if shown else None,
        "ways": [one for one in seen if one is not None],
    }


def _members(day: Any, moment: str | None) -> list[dict[str, Any]]:
    since = request.args.get("changedAfter")
    if since:
        changed = changes.changed_after(connection(), since)
        found = [one for one in views.members(day, moment) if one["municipality_id"] in changed]
        others = changed - {one["municipality_id"] for one in found}
        return sorted([*found, *views.without_membership(others, day)], key=views.position)
    wanted = request.args.get("standing", "member")
    if wanted not in STANDINGS:
        raise Malformed(
            "The parameter standing cannot be used.", errors={"standing": ["Must be one of the standings."]}
        )
    return [one for one in views.members(day, moment) if wanted in ("all", one["standing"])]
