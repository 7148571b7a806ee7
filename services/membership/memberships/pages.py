"""The tab Medlemskap of a municipality: where it stands, the steps so far, the next ones as forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from marshmallow import Schema

from services.membership import wording
from services.membership.agreements.queries import agreement_versions, versions_known_at
from services.membership.contacts.queries import contacts_of
from services.membership.memberships import form_schemas, schemas
from services.membership.memberships.api import memberships_view
from services.membership.memberships.domain import commands as ask
from services.membership.memberships.next_steps import open_steps
from services.membership.memberships.steps import take
from services.membership.memberships.timeline import steps
from services.membership.memberships.views import way_rows
from services.membership.municipalities.queries import municipality
from shared import clock
from shared.readmodels import Row
from shared.web.access import caller, requires
from shared.web.commands import connection, store
from shared.web.forms import form
from shared.web.reads import as_of, known_at

pages = Blueprint("memberships_pages", __name__, url_prefix="/membership", template_folder="../templates")

_TAB = "/kommuner/<uuid:municipality_id>"


def membership_page(
    municipality_id: UUID,
    version: int | None = None,
    step: str | None = None,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The whole tab; what went wrong stands at the form of the step."""
    one, day = str(municipality_id), as_of()
    view = memberships_view(one)
    asking = caller()
    own = asking.municipality_id in (None, one)
    return render_template(
        "membership/memberships_municipality.html",
        municipality=municipality(connection(), one, day),
        view=view,
        own=own,
        ways=_ways(one, view) if own else [],
        contacts=_contacts(one),
        as_of=day,
        known_at=known_at(),
        today=clock.today(),
        wording=wording,
        failed=(version, step),
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get(_TAB)
@requires("membership:read")
def membership_tab(municipality_id: UUID) -> str:
    """Membership as of a date."""
    return membership_page(municipality_id)


def _contacts(municipality_id: str) -> list[tuple[str, str]]:
    """Who may have signed, as choices; for those who may see the persons."""
    asking = caller()
    if not asking.is_office and asking.municipality_id != municipality_id:
        return []
    found = contacts_of(connection(), municipality_id, clock.today())
    named = {
        one["contact_id"]: f"{one['name']} ({wording.CONTACT_ROLES[one['role']].lower()})" for one in found
    }
    return list(named.items())


def _ways(municipality_id: str, view: Row) -> list[dict[str, Any]]:
    """Every version with the municipality's way through it, the newest first."""
    asking, today, moment = caller(), clock.today(), known_at()
    # What was known earlier is only read: a form would show, and change, what is known now.
    may_write = moment is None and "membership:write" in asking.scopes
    stood = {row["agreement_version"]: row for row in way_rows(moment, municipality_id)}
    shown = {way["agreement_version"]: way for way in view["ways"]}
    found = []
    for terms in reversed(_versions(moment)):
        version = terms["agreement_version"]
        row, host = stood.get(version), terms["host_municipality_id"] == municipality_id
        over = terms["valid_to"] is not None and terms["valid_to"] <= today
        if row is None and (over or not asking.is_office):
            continue
        office = asking.municipality_id is None
        next_steps = open_steps(row, today, host=host, office=office) if may_write else []
        found.append(
            {
                "terms": terms,
                "way": shown.get(version),
                "steps": steps(row) if row else [],
                "open": next_steps,
            }
        )
    return found


def _versions(moment: str | None) -> list[Row]:
    return agreement_versions(connection()) if moment is None else versions_known_at(store(), moment)


def _offer(step: str, schema: type[Schema], command: type[ask.Command], *, own: bool = False) -> None:
    """Offer one step of the way as a form; `own` where the municipality may take it itself."""

    def again(municipality_id: UUID, version: int, **wrong: Any) -> str:
        return membership_page(municipality_id, version, step, **wrong)

    def taken(body: dict[str, Any], municipality_id: UUID, version: int) -> str:
        take(command, str(municipality_id), version, body)
        return url_for("memberships_pages.membership_tab", municipality_id=municipality_id)

    taken.__name__ = step.replace("-", "_")
    guard = requires("membership:write", own="municipality_id" if own else None, office=not own)
    pages.post(f"{_TAB}/avtaler/<int:version>/{step}")(guard(form(schema, page=again)(taken)))


_offer("invitation", schemas.InvitationRequest, ask.InviteMunicipality)
_offer("treatments", form_schemas.TreatmentForm, ask.RegisterTreatment, own=True)
_offer("resolution", form_schemas.ResolutionForm, ask.RecordResolution, own=True)
_offer("conditions-settlement", schemas.SettlementRequest, ask.SettleConditions)
_offer("resolution-correction", schemas.ResolutionCorrectionRequest, ask.CorrectResolution, own=True)
_offer("signature", form_schemas.SignatureForm, ask.SignAgreement, own=True)
_offer("receipt", form_schemas.ReceiptForm, ask.ReceiveAgreement)
_offer("joining-date", schemas.JoiningDateRequest, ask.SetJoiningDate)
_offer("joining-date-correction", schemas.JoiningDateCorrectionRequest, ask.CorrectJoiningDate)
_offer("joining-date-cancellation", schemas.JoiningDateCancellationRequest, ask.CancelJoiningDate)
_offer("withdrawal", form_schemas.WithdrawalForm, ask.GiveNotice)
_offer("withdrawal-cancellation", schemas.WithdrawalCancellationRequest, ask.CancelWithdrawal)
_offer("leaving-date-correction", schemas.LeavingDateCorrectionRequest, ask.CorrectLeavingDate)
