"""A follow-up that is refused stands on the office's list, once a case, until somebody or a later event settles it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from shared import refusals, tables
from tests.support import parking_company
from tests.support.garage import Company


def test_a_refused_follow_up_stands_on_the_list_and_parks_nothing(small_company: Company) -> None:
    too_often(small_company, 4)

    with small_company.billing.reading() as connection:
        (refusal,) = refusals.unsettled(connection)
    assert (refusal["code"], refusal["policy"], refusal["key"]) == ("too-many-charges", "charge_rent", "g1")
    assert small_company.waiting() == []
    assert small_company.rents() == {"g1": 4}


def test_a_follow_up_that_is_refused_again_and_again_is_one_case(small_company: Company) -> None:
    too_often(small_company, 6)

    with small_company.billing.reading() as connection:
        (refusal,) = refusals.unsettled(connection)
    assert refusal["times"] == 3
    assert refusal["cause"] != refusal["last_cause"]


def test_a_follow_up_that_goes_through_later_leaves_the_list(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_often(small_company, 4)
    monkeypatch.setattr(parking_company, "MOST_CHARGES", 9)
    small_company.rent("b")
    small_company.publish()
    small_company.take_in()
    with small_company.billing.reading() as connection:
        assert len(refusals.unsettled(connection)) == 1  # another stream's success says nothing
    small_company.rent("a")
    small_company.publish()
    small_company.take_in()

    with small_company.billing.reading() as connection:
        assert refusals.unsettled(connection) == []
        assert refusals.lasting(connection) == set()


def test_a_settled_case_comes_back_with_the_next_event_that_is_refused(small_company: Company) -> None:
    too_often(small_company, 4)
    with small_company.billing.database.writing() as connection:
        (refusal,) = refusals.unsettled(connection)
        refusals.settle(connection, refusal["refusal_id"], actor="office", because="agreed by phone")
    small_company.rent("a", car="EK 9")
    small_company.publish()
    small_company.take_in()

    with small_company.billing.reading() as connection:
        (again,) = refusals.unsettled(connection)
    assert again["times"] == 1
    assert again["refusal_id"] != refusal["refusal_id"]


def test_two_who_record_the_same_case_at_once_make_one(company: Company) -> None:
    barrier = threading.Barrier(8)

    def record(number: int) -> None:
        with company.billing.database.writing() as connection:
            barrier.wait(10) if company.billing.database.dialect == "postgresql" else None
            refusals.record(
                connection,
                ("charge_rent", "account-g1/a"),
                cause=str(number),
                policy="charge_rent",
                key="g1",
                refusal=parking_company.TooManyCharges("Enough."),
            )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(record, range(8)))
    with company.billing.reading() as connection:
        assert len(refusals.unsettled(connection)) == 1


def too_often(company: Company, times: int) -> None:
    """Rent the same place more often than rent may be charged for it."""
    for number in range(times):
        company.rent("a", car=f"EK {number}")
        company.free("a")
    company.publish()
    company.take_in()


def test_a_settled_refusal_leaves_the_list(small_company: Company) -> None:
    too_often(small_company, 4)
    with small_company.billing.database.writing() as connection:
        (refusal,) = refusals.unsettled(connection)
        refusals.settle(connection, refusal["refusal_id"], actor="office", because="agreed by phone")
        with pytest.raises(refusals.RefusalUnknown):
            refusals.settle(connection, refusal["refusal_id"], actor="office", because="agreed twice")

    with small_company.billing.reading() as connection:
        assert refusals.unsettled(connection) == []
        (kept,) = connection.execute(select(tables.refusals)).all()
    assert (kept.settled_by, kept.settled_because) == ("office", "agreed by phone")
