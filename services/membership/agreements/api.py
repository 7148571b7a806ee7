"""Agreement versions over HTTP: publish, extend, read."""

from __future__ import annotations

from typing import Any

from services.membership.agreements.domain import (
    ExtendAgreementVersion,
    PublishAgreementVersion,
    agreements,
)
from services.membership.agreements.queries import agreement_version, agreement_versions
from services.membership.agreements.schemas import (
    AgreementRequest,
    AgreementsView,
    AgreementView,
    ExtensionRequest,
)
from services.membership.contract import MunicipalityId, NoticeRule, Text
from services.membership.municipalities.queries import municipality
from shared.readmodels import Row
from shared.web.access import requires
from shared.web.commands import command, connection, handle
from shared.web.etags import versioned
from shared.web.interface import Blueprint
from shared.web.unchanged import from_events

blueprint = Blueprint(
    "agreements", __name__, url_prefix="/membership/v1", description="Versions of the host agreement"
)


@blueprint.get("/agreements")
@requires("membership:read")
@from_events
@blueprint.response(200, AgreementsView)
def list_agreements() -> dict[str, Any]:
    """All versions, the first one first."""
    return {"items": [shown(row) for row in agreement_versions(connection())]}


@blueprint.get("/agreements/<int:version>")
@requires("membership:read")
@from_events
@blueprint.response(200, AgreementView)
def show_agreement(version: int) -> Row:
    """One version with its texts."""
    row = agreement_version(connection(), version)
    versioned(row["version"])
    return shown(row)


@blueprint.post("/agreements")
@requires("membership:write", office=True)
@blueprint.arguments(AgreementRequest)
@blueprint.response(201, AgreementView)
@command
def publish_agreement(body: dict[str, Any]) -> Row:
    """Publish a version."""
    return published(body)


@blueprint.post("/agreements/<int:version>/extensions")
@requires("membership:write", office=True)
@blueprint.arguments(ExtensionRequest)
@blueprint.response(201, AgreementView)
@command
def extend_agreement(body: dict[str, Any], version: int) -> Row:
    """Let a version hold longer."""
    return extended(version, body)


def published(body: dict[str, Any]) -> Row:
    """Publish a version within the request, and show it."""
    host = str(body["host_municipality_id"])
    version = body["agreement_version"]
    asked = PublishAgreementVersion(
        agreement_version=version,
        legal_form=body["legal_form"],
        host_municipality_id=MunicipalityId(host),
        host_known=municipality(connection(), host, body["valid_from"]) is not None,
        valid_from=body["valid_from"],
        valid_to=body["valid_to"],
        notice_rule=NoticeRule(**body["notice_rule"]),
        extension=body["extension"],
        checklist=tuple(body["checklist"]),
        texts=tuple(Text(**text) for text in body["texts"]),
        assumed=tuple(body["assumed"]),
    )
    handle(agreements, agreements.stream(str(version)), asked)
    return shown(agreement_version(connection(), version))


def extended(version: int, body: dict[str, Any]) -> Row:
    """Extend a version within the request, and show it."""
    asked = ExtendAgreementVersion(agreement_version=version, **body)
    handle(agreements, agreements.stream(str(version)), asked)
    return shown(agreement_version(connection(), version))


def shown(row: Row) -> Row:
    """A version as it is answered."""
    return row | {"notice_rule": {"months": row["notice_months"], "takes_effect": row["notice_takes_effect"]}}
