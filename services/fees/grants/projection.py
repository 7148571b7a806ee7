"""Awards and revocations to rows."""

from __future__ import annotations

from services.fees.contract import GrantAwarded, GrantRevoked
from services.fees.grants.tables import grants
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_grant_awarded(_: Row | None, recorded: Recorded[GrantAwarded]) -> Row:
    """A grant that holds."""
    event = recorded.event
    return {
        "grant_id": event.grant_id,
        "grantor": event.grantor,
        "component": event.component,
        "years": list(event.years),
        "reference": event.reference,
        "assumed": list(event.assumed),
        "awarded_at": recorded.recorded_at,
        "event_id": recorded.event_id,
        "revoked_at": None,
        "revocation_reason": None,
        "example": recorded.example,
    }


def on_grant_revoked(row: Row | None, recorded: Recorded[GrantRevoked]) -> Row | None:
    """A grant that holds no longer; it stays on the list."""
    if row is None:
        return None
    return row | {"revoked_at": recorded.recorded_at, "revocation_reason": recorded.event.reason}


GRANTS = Projection(table=grants, on={GrantAwarded: on_grant_awarded, GrantRevoked: on_grant_revoked})
