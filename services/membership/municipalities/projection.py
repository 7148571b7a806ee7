"""Events of identity to the one row of each municipality."""

from __future__ import annotations

import msgspec

from services.membership.contract import (
    MunicipalityBoundaryAdjusted,
    MunicipalityCorrected,
    MunicipalityMerged,
    MunicipalityRegistered,
    MunicipalityRenamed,
    MunicipalityRenumbered,
    MunicipalitySplit,
)
from services.membership.municipalities.identity import IdentityEvent, Municipality, evolve
from services.membership.municipalities.tables import municipality_rows
from shared import typed
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def facts_in(row: Row) -> Municipality:
    """The dated facts that a row holds."""
    return typed.convert(row["facts"], Municipality)


def on_identity_changed(row: Row | None, recorded: Recorded[IdentityEvent]) -> Row:
    """The facts after any event of identity: the row follows the same rules as decisions do."""
    before = facts_in(row) if row else Municipality()
    after = evolve(before, recorded.event)
    return {
        "municipality_id": recorded.event.municipality_id,
        "facts": msgspec.to_builtins(after),
        "version": recorded.version,
        "example": row["example"] if row else recorded.example,
    }


municipality_register = Projection(
    table=municipality_rows,
    on={
        MunicipalityRegistered: on_identity_changed,
        MunicipalityRenumbered: on_identity_changed,
        MunicipalityRenamed: on_identity_changed,
        MunicipalityMerged: on_identity_changed,
        MunicipalitySplit: on_identity_changed,
        MunicipalityBoundaryAdjusted: on_identity_changed,
        MunicipalityCorrected: on_identity_changed,
    },
)
