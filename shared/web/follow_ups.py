"""Refused follow-ups as the office meets them: the list, and taking one off it with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import flask
from flask import render_template
from marshmallow import Schema, fields, validate

from shared import refusals
from shared.web.access import caller, requires
from shared.web.commands import command, connection
from shared.web.forms import form
from shared.web.interface import Blueprint

_PAGES = "oppfolginger"


class SettleRequest(Schema):
    """Why a refused follow-up needs nothing more."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class RefusalView(Schema):
    """A follow-up that a rule refused, perhaps several times; `message` in English, `nb` in Norwegian."""

    refusal_id = fields.String()
    follow_up = fields.String(metadata={"description": "What was asked for; of each one per stream waits."})
    cause = fields.String(
        metadata={"description": "Id of the event, or of the date's event, that led to it."}
    )
    policy = fields.String()
    stream = fields.String()
    code = fields.String()
    message = fields.String()
    nb = fields.String()
    refused_at = fields.String()
    last_cause = fields.String(metadata={"description": "As `cause`, of the latest time."})
    last_refused_at = fields.String()
    times = fields.Integer(metadata={"description": "How often it was refused."})
    settled_at = fields.String(allow_none=True)
    settled_by = fields.String(allow_none=True)
    settled_because = fields.String(allow_none=True)


class RefusalList(Schema):
    """What waits, oldest first."""

    items = fields.List(fields.Nested(RefusalView))


def address(service: str, refusal: dict[str, Any]) -> str:
    """The page on which a row of `refusals.unsettled` can be settled."""
    return f"/{service}/{_PAGES}/{refusal['refusal_id']}"


def interface(service: str) -> Any:
    """The HTTP interface of a service's refused follow-ups."""
    found = Blueprint(
        "refusals", __name__, url_prefix=f"/{service}/v1/refusals", description="Refused follow-ups"
    )

    @found.get("")
    @requires(f"{service}:read", office=True)
    @found.response(200, RefusalList)
    def list_refusals() -> dict[str, Any]:
        """Follow-ups that a rule refused and nobody has settled yet."""
        return {"items": refusals.unsettled(connection())}

    @found.post("/<uuid:refusal_id>/settlement")
    @requires(f"{service}:write", office=True)
    @found.arguments(SettleRequest)
    @found.response(200, RefusalView)
    @command
    def settle_refusal(body: dict[str, Any], refusal_id: UUID) -> dict[str, Any]:
        """Take a refused follow-up off the list, with the reason."""
        return _settle(refusal_id, body)

    return found


def pages(service: str) -> flask.Blueprint:
    """The page of one refused follow-up, with the form that settles it."""
    found = flask.Blueprint("refusals_pages", __name__, url_prefix=f"/{service}/{_PAGES}")

    def settling(
        refusal_id: UUID,
        errors: dict[str, list[str]] | None = None,
        refusal: str | None = None,
        values: Any = None,
    ) -> str:
        return render_template(
            "follow_up.html",
            one=refusals.waiting(connection(), str(refusal_id)),
            errors=errors or {},
            refusal=refusal,
            values=values or {},
        )

    @found.get("/<uuid:refusal_id>")
    @requires(f"{service}:read", office=True)
    def show_refusal(refusal_id: UUID) -> str:
        """What was refused, and an empty form."""
        return settling(refusal_id)

    @found.post("/<uuid:refusal_id>")
    @requires(f"{service}:write", office=True)
    @form(SettleRequest, page=settling)
    def settle(body: dict[str, Any], refusal_id: UUID) -> str:
        """Take it off the list and go back to what else waits."""
        _settle(refusal_id, body)
        return "/"

    return found


def _settle(refusal_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    return refusals.settle(connection(), str(refusal_id), actor=caller().actor, because=body["reason"])
