"""Events get their numbers from the list of what waits, each batch committed by itself."""

from __future__ import annotations

import json
import re

import pytest

from shared import numbering
from shared.publishing import publisher_lock
from shared.tables import publications, publisher, unnumbered
from tests.support.garage import OFFICE, Company
from tests.support.parking_company import RentPlace, places


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_what_is_committed_while_others_are_numbered_waits_for_the_next_batch(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded first, committed last, just when another has its number."""
    store = small_company.garage
    late = store.transaction(OFFICE)
    command = RentPlace(place="late", car="EK 1", garage_id="g1")
    late.__enter__().handle(places, places.stream("g1", "late"), command)
    small_company.rent("a", garage="g2")

    def arrive(point: str) -> None:
        if point == "publisher.numbers_committed" and not store.history(key="g1"):
            late.__exit__(None, None, None)

    monkeypatch.setattr(numbering, "crashpoint", arrive)

    assert small_company.publish() == 2
    documents = [json.loads(record.value or b"") for record in small_company.records()]
    assert {int(one["sequence"]): one["partitionkey"] for one in documents} == {1: "g2", 2: "g1"}


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_a_batch_is_taken_off_a_long_list_in_one_pass(small_company: Company) -> None:
    """After an hour without Kafka thousands wait; to compare each with each of the batch takes a second a batch."""
    for number in range(3):
        small_company.rent(f"p{number}")
    with small_company.garage.database.writing() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {numbering._TAKE_AND_NUMBER}")
        steps = "\n".join(step for (step,) in plan)

    assert re.search(r'(Index Cond|Filter): \("?position"? <= ', steps)
    assert small_company.publish() == 3  # EXPLAIN has numbered them


def test_what_waits_for_a_number_is_kept_in_step_by_the_database(small_company: Company) -> None:
    small_company.rent("a")
    assert len(small_company.rows(small_company.garage, unnumbered)) == 1
    small_company.publish()

    assert small_company.rows(small_company.garage, unnumbered) == []
    assert [row["sent"] for row in small_company.rows(small_company.garage, publisher)] == [1]


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)  # SQLite begins one for every batch
def test_numbers_are_committed_also_where_a_transaction_had_begun(small_company: Company) -> None:
    small_company.rent("a")
    with publisher_lock(small_company.garage.database) as locked:
        assert locked is not None
        locked.cursor().execute("SELECT 1")
        (event,) = numbering.number(small_company.garage.database, locked)
        seen = small_company.rows(small_company.garage, publications)

    assert [row["sequence"] for row in seen] == [event[-1]] == [1]
