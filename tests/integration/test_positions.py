"""A position that does not fit its topic is noticed before anything is read by it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import update

from shared import positions
from shared.consuming import PositionBeyondEndError
from shared.stopping import Stop
from shared.tables import consumer_positions
from tests.support.garage import Company
from tests.support.running import until


def set_positions(company: Company, **values: object) -> None:
    company.held()
    with company.billing.database.writing() as connection:
        connection.execute(update(consumer_positions).values(**values))


def test_a_position_behind_the_end_of_its_topic_stops_the_consumer(company: Company) -> None:
    company.rent("a")
    company.publish()
    set_positions(company, next_offset=99)

    with pytest.raises(PositionBeyondEndError, match="99"):
        company.loop("one").run(Stop())

    assert company.rents() == {}


def test_another_incarnation_of_the_topic_is_read_from_its_beginning(company: Company) -> None:
    company.rent("a")
    company.publish()
    company.take_in()
    set_positions(company, next_offset=99, topic_id="the one before")
    company.rent("b")
    company.publish()
    stop = Stop()
    loop = threading.Thread(target=company.loop("one").run, args=(stop,))
    loop.start()
    try:
        until(lambda: company.rents() == {"g1": 2}, "the new topic is not read")
    finally:
        stop.set()
        loop.join()

    with company.billing.reading() as connection:
        stored = positions.positions_of(connection, "garage")
    assert {position.topic_id for position in stored.values()} == {company.log.identity(company.topic)}
