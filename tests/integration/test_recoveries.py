"""Who mends a database is alone with it: no publisher beside, and none in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from shared import recoveries
from shared.publishing import publisher_lock
from shared.reconciling import keep_table, take_log
from shared.recoveries import PublisherAtWork, alone
from shared.refilling import refill
from shared.restoring import restore
from tests.support.garage import Company

OPERATOR, BECAUSE = "operator/test", "a test asks for it"

MENDING: dict[str, Callable[[Company], object]] = {
    "restore": lambda it: restore(it.garage, it.log, it.topic, [], actor=OPERATOR),
    "refill": lambda it: refill(it.garage, it.log, it.topic, actor=OPERATOR),
    "take-log": lambda it: take_log(it.garage, it.log, it.topic, [], actor=OPERATOR, because=BECAUSE),
    "keep-table": lambda it: keep_table(it.garage, it.log, it.topic, actor=OPERATOR, because=BECAUSE),
}


@pytest.mark.parametrize("mend", MENDING.values(), ids=MENDING)
def test_nothing_is_mended_under_the_hands_of_a_publisher(
    small_company: Company, monkeypatch: pytest.MonkeyPatch, mend: Callable[[Company], object]
) -> None:
    monkeypatch.setattr(recoveries, "_PATIENCE", 0.0)
    with publisher_lock(small_company.garage.database) as publishing:
        assert publishing
        with pytest.raises(PublisherAtWork, match="Stop the worker of garage first"):
            mend(small_company)

    mend(small_company)  # it was the publisher alone that stood in the way


def test_a_publisher_that_ends_meanwhile_is_waited_for(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = small_company.garage.database
    with ExitStack() as publishing:
        assert publishing.enter_context(publisher_lock(database))
        ends_now = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: publishing.close())
        monkeypatch.setattr(recoveries, "time", ends_now)

        with alone(small_company.garage), publisher_lock(database) as another:
            assert another is None
