"""What is parked or given up outlives its topic: another record lies in its place, and the event comes again."""

from __future__ import annotations

import threading

from sqlalchemy import select, text, update

from shared import mending, positions
from shared.comparing import Difference
from shared.consumers import Consumer
from shared.log import LogRecord
from shared.migrating import migrate
from shared.readmodels import Projection
from shared.rebuilding import rebuild
from shared.refilling import refill
from shared.replaying import TakenIn
from shared.stopping import Stop
from shared.tables import parked, publisher, stream_progress
from shared.topicchecks import Listener, topic_findings
from tests.integration.test_mending import failing, number_of, park, rent_thrice
from tests.integration.test_vouching import recreate
from tests.support.garage import Company
from tests.support.parking_company import PlaceRented, charges, garages
from tests.support.running import until


def lose_the_topic(company: Company, consumer: Consumer | None = None) -> None:
    """It is made anew and refilled, and billing goes on in it to its end."""
    recreate(company)
    refill(company.garage, company.log, company.topic, actor="operator")
    go_on(company, consumer)


def go_on(company: Company, consumer: Consumer | None = None) -> None:
    company.consumer, usual = consumer or company.consumer, company.consumer
    stop, ended = Stop(), list[Exception]()

    def run() -> None:
        try:
            company.loop("one").run(stop)
        except Exception as error:  # noqa: BLE001  # told below
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until(lambda: bool(ended) or at_its_end(company), "the new topic is not read to its end")
    finally:
        stop.set()
        thread.join()
        company.consumer = usual
    assert ended == []


def at_its_end(company: Company) -> bool:
    identity = company.log.identity(company.topic)
    with company.billing.reading() as connection:
        stood = positions.positions_of(connection, company.consumer.name).values()
    read = sum(one.next_offset for one in stood if one.topic_id == identity)
    return bool(stood) and read == len(company.records())


def broken(company: Company) -> Consumer:
    return company.broken(projections=[Projection(table=garages, on={PlaceRented: failing})])


def discard(company: Company, consumer: Consumer | None = None) -> None:
    mending.discard_first(
        company.billing, consumer or company.consumer, key="g1", actor="operator/x", because="test"
    )


def differences(company: Company) -> list[Difference]:
    return rebuild(TakenIn(company.billing, company.log, company.consumer), promote=False).differences


def without(records: list[LogRecord], number: int) -> list[LogRecord]:
    return [record for record in records if number_of(record.value or b"") != number]


def test_what_was_parked_before_the_topic_was_lost_is_parked_again_and_mended_once(
    small_company: Company,
) -> None:
    park(small_company, ("bad", "g1"), ("c", "g1"), ("d", "g2"))
    lose_the_topic(small_company, broken(small_company))
    assert small_company.waiting() == [
        ("g1", "parked", "handler-failed"),
        *[("g1", "blocked", "follows")] * 3,
    ]

    (done,) = mending.replay(small_company.billing, small_company.consumer)

    assert (done.taken, done.left) == (4, 0)
    assert small_company.rents() == {"g1": 2, "g2": 1}
    assert [row["total"] for row in small_company.rows(small_company.billing, charges)] == [100] * 3
    assert differences(small_company) == []


def test_a_hole_that_was_parked_is_filled_from_the_refilled_topic(small_company: Company) -> None:
    rent_thrice(small_company)
    small_company.rent("b")
    small_company.publish()
    small_company.take_in(records=without(small_company.records(), 3))
    assert small_company.rents() == {"g1": 1}
    lose_the_topic(small_company)

    (done,) = mending.replay(small_company.billing, small_company.consumer)

    assert done.left == 0
    assert small_company.rents() == {"g1": 4}
    assert differences(small_company) == []


def test_a_place_where_something_was_given_up_hides_nothing_in_the_next_topic(small_company: Company) -> None:
    small_company.log.append(small_company.topic, [("g1", b"{")])
    small_company.rent("a")
    small_company.rent("b")
    small_company.publish()
    small_company.take_in()
    discard(small_company)
    mending.replay(small_company.billing, small_company.consumer)
    lose_the_topic(small_company)

    assert small_company.rents() == {"g1": 2}
    assert differences(small_company) == []

    with small_company.billing.database.writing() as connection:
        connection.execute(update(stream_progress).values(version=0))
    listeners = [Listener(small_company.billing, small_company.consumer)]
    found = topic_findings(small_company.garage, small_company.log, small_company.topic, listeners)
    assert [finding.code for finding in found] == ["not-taken-in"] * 2


def test_an_event_that_was_given_up_never_counts_wherever_it_comes_again(small_company: Company) -> None:
    small_company.rent("ok")
    park(small_company, ("bad", "g1"))
    discard(small_company, broken(small_company))
    with small_company.garage.database.writing() as connection:
        connection.execute(update(publisher).values(sent=0))  # it died before it had noted what it sent
    small_company.publish()
    small_company.take_in()

    assert small_company.rents() == {"g1": 1}
    assert differences(small_company) == []

    lose_the_topic(small_company)

    assert small_company.rents() == {"g1": 1}
    assert differences(small_company) == []


def test_a_repeat_that_still_waits_hides_nothing_that_was_taken_in(small_company: Company) -> None:
    park(small_company, ("bad", "g1"), ("c", "g1"))
    lose_the_topic(small_company, broken(small_company))
    first, *others = small_company.rows(small_company.billing, parked)
    with small_company.billing.database.writing() as connection:
        connection.execute(parked.delete())
        connection.execute(parked.insert().values(first))
    mending.replay(small_company.billing, small_company.consumer)
    with small_company.billing.database.writing() as connection:
        connection.execute(parked.insert(), others)  # as if the replay had died after the first

    assert small_company.rents() == {"g1": 1}
    assert differences(small_company) == []


def test_what_an_older_database_has_parked_belongs_to_the_topic_that_it_had_come_to(
    small_company: Company,
) -> None:
    park(small_company, ("bad", "g1"), ("c", "g1"))
    identity = small_company.log.identity(small_company.topic)
    with small_company.billing.database.writing() as connection:
        connection.execute(text("ALTER TABLE parked RENAME TO newer"))
        connection.execute(text("DROP INDEX parked_key"))
        columns = "consumer, topic, partition, record_offset, key, value, event_id, state, reason, detail, attempts, parked_at, settled_by, settled_because"
        connection.execute(text(f"CREATE TABLE parked AS SELECT {columns} FROM newer"))
        connection.execute(text("DROP TABLE newer"))
        connection.execute(text("UPDATE parked SET record_offset = 7 WHERE state = 'blocked'"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'core_0005'"))

    migrate(small_company.billing.database)

    with small_company.billing.reading() as connection:
        found = connection.execute(select(parked.c.record_offset, parked.c.topic_id)).all()
    assert sorted(tuple(row) for row in found) == [(0, identity), (7, "")]
    (done,) = mending.replay(small_company.billing, small_company.consumer)
    assert (done.taken, small_company.rents()) == (2, {"g1": 2})
