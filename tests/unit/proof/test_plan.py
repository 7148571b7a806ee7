"""What a trial may do at most, however long it takes."""

from __future__ import annotations

from deploy.proof.plan import MOST_SPOILT, spoilable
from deploy.proof.tampering import BAD
from shared.parking import MAXIMUM_KEYS


def test_all_that_was_ever_spoilt_may_wait_at_once_in_a_restored_service() -> None:
    spoilt: set[str] = set()
    for number in range(10 * MOST_SPOILT):
        spoilt.add(spoilable([f"recent-{number}"], spoilt)[-1])

    assert len(spoilt) == MOST_SPOILT
    assert MOST_SPOILT + len(BAD) < MAXIMUM_KEYS


def test_what_is_spoilt_is_in_use_while_few_were() -> None:
    assert spoilable(["one", "two"], {"earlier"}) == ["one", "two"]
