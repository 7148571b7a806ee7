"""What the network's folder says of fees, loaded at every start."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from services.fees.contract import GrantId
from services.fees.grants.domain import GrantAlreadyAwarded, RevokeGrant, grants
from services.fees.network_files import FeesText, adopt, read
from shared.ids import derived_id
from tests.support.fees_stage import OFFICE, Stage

TOLD = read(Path("deploy/networks/digitrofi"))


def adopted(stage: Stage, told: FeesText = TOLD) -> int:
    with stage.store.transaction(OFFICE) as transaction:
        return adopt(transaction.handle, told)


def test_a_second_time_nothing_happens(stage: Stage) -> None:
    assert adopted(stage) > 0
    assert adopted(stage) == 0


def test_a_grant_that_the_office_has_revoked_stays_revoked_and_stops_nobody(stage: Stage) -> None:
    adopted(stage)
    grant_id = GrantId(derived_id("fee-grant", TOLD.grants[0].key))
    stage.asked(grants, grants.stream(grant_id), RevokeGrant(grant_id=grant_id, reason="Trukket"))

    assert adopted(stage) == 0
    assert type(stage.store.history()[-1].event).__name__ == "GrantRevoked"


def test_a_grant_that_is_told_otherwise_than_it_was_recorded_is_refused(stage: Stage) -> None:
    adopted(stage)
    changed = msgspec.structs.replace(TOLD.grants[0], years=(2031,))

    with pytest.raises(GrantAlreadyAwarded):
        adopted(stage, msgspec.structs.replace(TOLD, grants=(changed,)))
