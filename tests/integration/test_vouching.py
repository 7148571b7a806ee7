"""A restored, exchanged or shortened part is noticed by name before anything is built on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, TopicPartition
from sqlalchemy import update

from shared import halting, owning
from shared.database import Database
from shared.eventstore import Store
from shared.halting import RecordingHalted
from shared.log.embedded import EmbeddedLog
from shared.migrating import migrate
from shared.owning import WrongDatabase
from shared.publishing import Publisher
from shared.rebuilding import build_missing
from shared.restoring import restore
from shared.stopping import Stop
from shared.tables import publisher
from shared.vouching import (
    ForkedLogError,
    LostDatabaseError,
    RecreatedLogError,
    ShortenedLogError,
    Vouched,
    vouch,
)
from shared.worker import Worker
from tests.support.garage import Company, garage_store
from tests.support.running import until

MakeDatabase = Callable[[str], Database]


def fresh(company: Company, make_database: MakeDatabase, name: str) -> Store:
    store = garage_store(make_database(name))
    migrate(store.database)
    build_missing(store, company.log, [])
    return store


def older(company: Company, make_database: MakeDatabase) -> Store:
    """The database as a backup of an earlier moment holds it."""
    backup = fresh(company, make_database, "backup")
    restore(backup, company.log, company.topic, [], actor="operator")
    return backup


def recreate(company: Company) -> None:
    """The topic made anew, empty, as an accident leaves it."""
    if isinstance(company.log, EmbeddedLog):
        with closing(company.log._connect()) as connection:
            connection.execute("DELETE FROM topics WHERE name = ?", (company.topic,))
            connection.execute("DELETE FROM records WHERE topic = ?", (company.topic,))
    else:
        admin = KafkaAdminClient(bootstrap_servers=company.log._bootstrap)  # type: ignore[attr-defined]
        admin.delete_topics([company.topic])
        until(lambda: company.topic not in {one["name"] for one in admin.describe_topics()}, "it stays")
        admin.close()
    company.log.create_topics([company.topic])


def shorten(company: Company) -> None:
    """The first record of a partition is deleted."""
    (_, partition, *_) = company.records()[0]
    if isinstance(company.log, EmbeddedLog):
        with closing(company.log._connect()) as connection:
            connection.execute(
                'DELETE FROM records WHERE topic = ? AND partition = ? AND "offset" = 0',
                (company.topic, partition),
            )
    else:
        admin = KafkaAdminClient(bootstrap_servers=company.log._bootstrap)  # type: ignore[attr-defined]
        admin.delete_records({TopicPartition(company.topic, partition): 1})
        admin.close()


def test_parts_that_agree_are_vouched_for(company: Company) -> None:
    company.rent("a")
    company.publish()
    vouch(company.garage, company.log, company.topic)

    (row,) = company.rows(company.garage, publisher)

    assert row["topic_id"] == company.log.identity(company.topic)


def test_a_foreign_event_under_the_next_number_is_a_fork(company: Company) -> None:
    company.rent("a")
    company.publish()
    (record,) = company.records()
    foreign: dict[str, Any] = json.loads(record.value or b"")
    foreign |= {"id": "other", "sequence": "00000000000000000002"}
    company.log.append(company.topic, [("g1", json.dumps(foreign).encode())])

    with pytest.raises(ForkedLogError, match="other"):
        vouch(company.garage, company.log, company.topic)


def test_a_record_at_the_end_that_is_no_event_hides_nothing(company: Company) -> None:
    company.rent("a")
    company.publish()
    company.log.append(company.topic, [("g1", b"{")])

    vouch(company.garage, company.log, company.topic)


def test_an_old_event_that_comes_once_more_at_the_end_hides_nothing(company: Company) -> None:
    company.rent("a")
    company.rent("b")
    company.publish()
    first, _ = company.records()
    company.log.append(company.topic, [("g1", first.value or b"")])

    vouch(company.garage, company.log, company.topic)


def test_an_older_database_under_a_newer_log_halts_recording(
    company: Company, make_database: MakeDatabase
) -> None:
    company.rent("a")
    company.publish()
    backup = older(company, make_database)
    company.rent("b")
    company.publish()

    with pytest.raises(ForkedLogError, match="samvirke reconcile garage"):
        vouch(backup, company.log, company.topic)
    with pytest.raises(RecordingHalted) as refused:
        backup.check_halted()

    assert refused.value.details == {"why": "log-forked"}
    vouch(company.garage, company.log, company.topic)  # the right one was never halted
    company.garage.check_halted()


def test_agreement_lets_everybody_record_again(small_company: Company) -> None:
    with small_company.garage.database.writing() as connection:
        halting.halt(connection, "log-forked", "made by a test")

    vouch(small_company.garage, small_company.log, small_company.topic)

    small_company.garage.check_halted()


def test_an_empty_database_under_a_full_topic_is_to_be_restored(
    company: Company, make_database: MakeDatabase
) -> None:
    company.rent("a")
    company.publish()

    with pytest.raises(LostDatabaseError, match="samvirke restore garage --from-log"):
        vouch(fresh(company, make_database, "empty"), company.log, company.topic)


def test_a_recreated_topic_is_noticed_also_when_it_is_filled_again(company: Company) -> None:
    company.rent("a")
    company.publish()
    vouch(company.garage, company.log, company.topic)
    recreate(company)

    with pytest.raises(RecreatedLogError, match="samvirke topics refill"):
        vouch(company.garage, company.log, company.topic)
    company.rent("b")
    company.publish()
    with pytest.raises(RecreatedLogError):
        vouch(company.garage, company.log, company.topic)
    company.garage.check_halted()  # the table is whole: commands are still taken


def test_a_topic_that_has_lost_its_end_is_noticed(company: Company) -> None:
    company.rent("a")
    company.publish()
    with company.garage.database.writing() as connection:
        connection.execute(update(publisher).values(sent=2))

    with pytest.raises(ShortenedLogError, match="ends at number 1"):
        vouch(company.garage, company.log, company.topic)


def test_a_topic_that_has_lost_its_beginning_is_noticed(company: Company) -> None:
    company.rent("a")
    company.rent("b")
    company.publish()
    shorten(company)

    with pytest.raises(ShortenedLogError, match="begins at 1"):
        vouch(company.garage, company.log, company.topic)


def test_a_publisher_sends_nothing_before_it_has_vouched(
    small_company: Company, make_database: MakeDatabase
) -> None:
    small_company.rent("a")
    small_company.publish()
    backup = older(small_company, make_database)
    small_company.rent("b")
    small_company.publish()
    small_company.garage = backup
    small_company.rent("c")
    vouched = Vouched()

    with pytest.raises(ForkedLogError):
        Publisher(backup, small_company.log, small_company.topic).run(Stop(), vouched)

    assert len(small_company.records()) == 2
    assert not vouched.holds


def test_another_service_does_not_take_a_database_for_its_own(company: Company) -> None:
    with company.garage.database.writing() as connection:
        owning.claim(connection, company.garage.service, company.garage.source)
    swapped = Store(
        service="billing",
        events=company.billing.events,
        projections=company.billing.projections,
        database=company.garage.database,
        source=company.billing.source,
    )

    with pytest.raises(WrongDatabase, match="SAMVIRKE_DATABASE_BILLING"), swapped.reading():
        pass
    with pytest.raises(WrongDatabase):
        swapped.check_owner()
    with company.garage.reading():
        pass


def test_a_worker_takes_nothing_in_while_its_own_topic_tells_otherwise(
    small_company: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small_company.rent("a")
    small_company.publish()
    (record,) = small_company.records()
    foreign = json.loads(record.value or b"") | {"source": small_company.billing.source}
    small_company.log.append(small_company.billing_topic, [("g1", json.dumps(foreign).encode())])
    working = Worker(
        small_company.billing,
        lambda: EmbeddedLog(tmp_path / "log.db"),
        lambda store, log: Publisher(store, log, small_company.billing_topic),
        [small_company.consumer],
        [],
    )

    def refused() -> int:
        return sum("samvirke restore billing" in record.getMessage() for record in caplog.records)

    working.start()
    try:
        until(lambda: refused() > 2, "the publisher goes on")
        assert small_company.rents() == {}
    finally:
        assert working.stop()
