"""Agreement versions as they stand."""

from __future__ import annotations

from operator import itemgetter

from sqlalchemy import Connection, select

from services.membership.agreements.domain import AgreementVersionUnknown
from services.membership.agreements.projection import AGREEMENT_VERSIONS
from services.membership.agreements.tables import agreement_version_rows
from shared.eventstore import Store
from shared.readmodels import Row


def agreement_versions(connection: Connection) -> list[Row]:
    """All versions, the first one first."""
    query = select(agreement_version_rows).order_by(agreement_version_rows.c.agreement_version)
    return [dict(row) for row in connection.execute(query).mappings()]


def versions_known_at(store: Store, moment: str) -> list[Row]:
    """The same as they were known at `moment` (RFC 3339, inclusive)."""
    known = store.rows_known_at(AGREEMENT_VERSIONS, moment)
    return sorted(known, key=itemgetter("agreement_version"))


def agreement_version(connection: Connection, agreement_version: int) -> Row:
    """One version; raises AgreementVersionUnknown if it was never published."""
    query = select(agreement_version_rows).where(
        agreement_version_rows.c.agreement_version == agreement_version
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise AgreementVersionUnknown(f"There is no version {agreement_version}.")
    return dict(row)
