"""A read model is rebuilt from a topic made anew as it was, however far its consumer has come in it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from shared.log import LogMisconfiguredError
from shared.rebuilding import Report, rebuild
from shared.refilling import refill
from shared.replaying import TakenIn
from shared.tables import consumer_positions
from tests.integration.test_parked_in_a_lost_topic import go_on
from tests.integration.test_vouching import recreate
from tests.support.garage import Company


def taken_in_from_a_topic_that_is_lost(company: Company) -> None:
    """With a record in front that is no event, and does not come again."""
    for place in ("a", "b"):
        company.rent(place)
    company.publish()
    company.log.append(company.topic, [("g3", b"{")])
    company.rent("c", garage="g2")
    company.publish()
    company.take_in()
    company.rent("later")
    recreate(company)


def refilled(company: Company) -> None:
    refill(company.garage, company.log, company.topic, actor="operator")
    company.publish()


def rebuilt(company: Company) -> Report:
    return rebuild(TakenIn(company.billing, company.log, company.consumer), promote=True)


def test_before_its_consumer_has_looked_at_the_new_topic(small_company: Company) -> None:
    taken_in_from_a_topic_that_is_lost(small_company)
    refilled(small_company)

    assert rebuilt(small_company).differences == []

    go_on(small_company)
    assert small_company.rents() == {"g1": 3, "g2": 1}
    assert rebuilt(small_company).differences == []


def test_while_its_consumer_reads_the_new_topic_from_its_beginning(small_company: Company) -> None:
    taken_in_from_a_topic_that_is_lost(small_company)
    refilled(small_company)
    here = {"topic_id": small_company.log.identity(small_company.topic), "next_offset": 0}
    with small_company.billing.database.writing() as connection:
        connection.execute(update(consumer_positions).values(here))

    assert rebuilt(small_company).differences == []

    go_on(small_company)
    assert small_company.rents() == {"g1": 3, "g2": 1}
    assert rebuilt(small_company).differences == []


def test_past_a_record_that_is_no_event_and_that_its_consumer_has_not_come_to(company: Company) -> None:
    taken_in_from_a_topic_that_is_lost(company)
    refilled(company)
    company.log.append(company.topic, [("g1", b"{")])

    assert rebuilt(company).differences == []

    go_on(company)
    assert company.rents() == {"g1": 3, "g2": 1}
    assert ("g1", "parked", "not-json") in company.waiting()


def test_not_before_the_new_topic_is_refilled(small_company: Company) -> None:
    taken_in_from_a_topic_that_is_lost(small_company)

    with pytest.raises(LogMisconfiguredError, match="lacks what garage had taken in of place-g"):
        rebuilt(small_company)

    assert small_company.rents() == {"g1": 2, "g2": 1}
