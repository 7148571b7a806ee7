"""What a worker held is taken over at once when it is killed, and when it ends."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from deploy.samvirke import suite as doors
from shared.tables import leases
from tests.e2e.steps import found
from tests.support.running import Suite, until

SOON = 10.0
"""Seconds on a loaded machine; a lease lasts fifteen from its last renewal."""


def held(suite: Suite) -> Counter[str]:
    """How many partitions of membership's topic each worker of fees reads, by process."""
    store = doors.SERVICES["fees"].open_store(suite.settings())
    try:
        with store.reading() as connection:
            rows = connection.execute(leases.select().where(leases.c.consumer == "membership")).all()
    finally:
        store.database.close()
    return Counter(row.owner.split("-")[-2] for row in rows)


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_the_partitions_of_a_worker_that_is_gone_are_read_by_the_other(shared: Suite, how: str) -> None:
    first = next(name for name in ("worker-fees", "worker") if name in shared.processes)
    shared.spawn("worker-second", "worker", "fees")
    mine, others = (str(shared.processes[name].pid) for name in (first, "worker-second"))
    until(lambda: held(shared) == {mine: 6, others: 6}, "they do not share")
    if how == "killed":
        shared.kill("worker-second")
    else:
        shared.processes["worker-second"].terminate()
        assert shared.processes["worker-second"].wait(30) == 0
    began = time.monotonic()
    del shared.processes["worker-second"]
    until(lambda: held(shared) == {mine: 12}, "nobody takes over", SOON)
    took = time.monotonic() - began
    figure = {"as_of": "1903-01-01", "inhabitants": 500, "source": "handed over"}
    shared.post(
        f"/membership/v1/municipalities/{found(shared, '5610')}/population", figure, expect=(201, 409)
    )
    shared.settled()

    assert took < SOON
