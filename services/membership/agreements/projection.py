"""Events of agreement versions to rows."""

from __future__ import annotations

from services.membership.agreements.tables import agreement_version_rows
from services.membership.contract import AgreementVersionExtended, AgreementVersionPublished
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_agreement_version_published(_row: Row | None, recorded: Recorded[AgreementVersionPublished]) -> Row:
    """A version begins its life."""
    event = recorded.event
    return {
        "agreement_version": event.agreement_version,
        "legal_form": event.legal_form,
        "host_municipality_id": event.host_municipality_id,
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "notice_months": event.notice_rule.months,
        "notice_takes_effect": event.notice_rule.takes_effect,
        "extension": event.extension,
        "checklist": list(event.checklist),
        "texts": [
            {"language": text.language, "title": text.title, "body": text.body} for text in event.texts
        ],
        "assumed": list(event.assumed),
        "extensions": [],
        "version": recorded.version,
        "example": recorded.example,
    }


def on_agreement_version_extended(
    row: Row | None, recorded: Recorded[AgreementVersionExtended]
) -> Row | None:
    """It holds longer."""
    if row is None:
        return None
    event = recorded.event
    extended = {
        "old_valid_to": event.old_valid_to.isoformat() if event.old_valid_to else None,
        "valid_to": event.valid_to.isoformat() if event.valid_to else None,
        "decided_by": event.decided_by,
    }
    return row | {
        "valid_to": event.valid_to,
        "extensions": [*row["extensions"], extended],
        "version": recorded.version,
    }


AGREEMENT_VERSIONS = Projection(
    table=agreement_version_rows,
    on={
        AgreementVersionPublished: on_agreement_version_published,
        AgreementVersionExtended: on_agreement_version_extended,
    },
)
