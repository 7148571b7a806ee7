"""Numbers without gaps, committed before sending, the same again after a crash."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from shared import publishing
from shared.database import Database
from shared.log import LogUnavailableError
from shared.log.embedded import EmbeddedLog
from shared.publishing import Publisher, publisher_lock
from shared.stopping import Stop
from shared.tables import events, publications
from tests.support.garage import OFFICE, Company
from tests.support.parking_company import RentPlace, places
from tests.support.running import until


class FailingLog(EmbeddedLog):
    """Takes the records and then loses the acknowledgement, or does not even take them."""

    def __init__(self, path: Path, *, takes: bool) -> None:
        super().__init__(path)
        self._takes = takes

    def append(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        if self._takes:
            super().append(topic, records)
        raise LogUnavailableError("the acknowledgement never came")


class BusyLog(EmbeddedLog):
    """While it takes the first batch, somebody rents another place."""

    company: Company | None = None

    def append(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        renting, self.company = self.company, None
        if renting is not None:
            renting.rent("meanwhile")
        super().append(topic, records)


@contextmanager
def at_work(publishing: Publisher) -> Iterator[None]:
    """In a thread of its own, until the end of the block."""
    stop = Stop()
    thread = threading.Thread(target=publishing.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def number_only(company: Company, log_path: Path) -> None:
    """Somebody numbers what waits and dies before the log has taken it."""
    with publisher_lock(company.garage.database) as locked:
        assert locked is not None
        with pytest.raises(LogUnavailableError):
            Publisher(company.garage, FailingLog(log_path, takes=False), company.topic).publish(locked)


def sequences(company: Company) -> list[int]:
    return sorted(int(json.loads(record.value or b"")["sequence"]) for record in company.records())


def test_every_event_reaches_the_topic_numbered_without_a_gap(company: Company) -> None:
    for number in range(30):
        company.rent(f"p{number}", garage=f"g{number % 4}")

    assert company.publish() == 30
    assert sequences(company) == list(range(1, 31))
    assert company.publish() == 0


def test_the_key_of_a_record_is_what_its_events_are_about(company: Company) -> None:
    company.rent("a", garage="g7")
    company.publish()

    (record,) = company.records()

    assert record.key == b"g7"
    assert json.loads(record.value or b"")["partitionkey"] == "g7"


@pytest.mark.parametrize("takes", [True, False], ids=["acknowledgement lost", "nothing taken"])
def test_after_a_failed_send_the_same_bytes_go_out_under_the_same_numbers(
    small_company: Company, tmp_path: Path, takes: bool
) -> None:
    for number in range(5):
        small_company.rent(f"p{number}")
    failing = FailingLog(tmp_path / "log.db", takes=takes)
    publisher_of_garage = Publisher(small_company.garage, failing, small_company.topic)
    with publisher_lock(small_company.garage.database) as locked:
        assert locked is not None
        with pytest.raises(LogUnavailableError):
            publisher_of_garage.publish(locked)
    for number in range(5, 8):
        small_company.rent(f"p{number}")

    small_company.publish()
    documents = [record.value for record in small_company.records()]

    assert set(sequences(small_company)) == set(range(1, 9))
    assert len(set(documents)) == 8  # a repeat is the same to the byte
    assert len(documents) == (13 if takes else 8)


def test_what_was_not_acknowledged_is_sent_again_though_nothing_new_is_recorded(
    small_company: Company, tmp_path: Path
) -> None:
    small_company.rent("a")
    number_only(small_company, tmp_path / "log.db")

    assert small_company.publish() == 1
    assert sequences(small_company) == [1]
    assert small_company.publish() == 0


def test_what_comes_in_while_a_batch_is_sent_does_not_wait_for_the_next_look(
    small_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_LOOK_AGAIN", 3_600.0)
    busy = BusyLog(tmp_path / "log.db")
    busy.company = small_company
    small_company.rent("a")
    with at_work(Publisher(small_company.garage, busy, small_company.topic)):
        until(lambda: sequences(small_company) == [1, 2], "the second waits")


def test_what_waits_behind_what_was_left_over_is_sent_without_another_ring(
    small_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_LOOK_AGAIN", 3_600.0)
    small_company.rent("a")
    number_only(small_company, tmp_path / "log.db")
    small_company.rent("b")
    with at_work(Publisher(small_company.garage, small_company.log, small_company.topic)):
        until(lambda: sequences(small_company) == [1, 2], "the second waits")


def test_who_gets_the_lock_sends_what_the_one_before_has_numbered(
    small_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_LOOK_AGAIN", 3_600.0)
    again = Publisher(small_company.garage, small_company.log, small_company.topic)
    small_company.rent("a")
    with at_work(again):
        until(lambda: sequences(small_company) == [1], "nothing is sent")
    small_company.rent("b")
    number_only(small_company, tmp_path / "log.db")
    with at_work(again):
        until(lambda: sequences(small_company) == [1, 2], "the second is forgotten")


def test_numbers_are_committed_before_anything_is_sent(small_company: Company, tmp_path: Path) -> None:
    small_company.rent("a")
    seen: list[int] = []

    class LookingLog(EmbeddedLog):
        def append(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
            del topic, records
            with small_company.garage.reading() as connection:  # another connection sees what is committed
                seen.extend(connection.execute(select(publications.c.sequence)).scalars())

    with publisher_lock(small_company.garage.database) as locked:
        assert locked is not None
        Publisher(small_company.garage, LookingLog(tmp_path / "other.db"), small_company.topic).publish(
            locked
        )

    assert seen == [1]


def test_a_writer_that_commits_late_is_not_missed(
    make_database: Callable[[str], Database], small_company: Company
) -> None:
    """Eight writers, one of them slow between insert and commit, while the publisher goes on."""
    del make_database
    store = small_company.garage
    done = threading.Event()

    def write(writer: int) -> None:
        for number in range(15):
            with store.transaction(OFFICE) as transaction:
                place = f"w{writer}-{number}"
                command = RentPlace(place=place, car="EK 1", garage_id=f"g{writer}")
                transaction.handle(places, places.stream(f"g{writer}", place), command)
                if writer == 0:
                    time.sleep(0.02)

    def publish() -> None:
        while not done.is_set():
            small_company.publish()

    tailing = threading.Thread(target=publish)
    tailing.start()
    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    tailing.join()
    small_company.publish()

    assert sequences(small_company) == list(range(1, 121))
    ids = {json.loads(record.value or b"")["id"] for record in small_company.records()}
    assert ids == {event.event_id for number in range(8) for event in store.history(key=f"g{number}")}


def test_only_one_publisher_holds_the_lock(small_company: Company) -> None:
    database = small_company.garage.database
    with publisher_lock(database) as first, publisher_lock(database) as second:
        assert first is not None
        assert second is None
    with publisher_lock(database) as third:
        assert third is not None


def test_numbers_are_flushed_to_the_disk_also_after_something_was_sent(small_company: Company) -> None:
    database = small_company.garage.database
    ask = "PRAGMA synchronous" if database.dialect == "sqlite" else "SHOW synchronous_commit"
    small_company.rent("a")
    with publisher_lock(database) as locked:
        assert locked is not None
        cursor = locked.cursor()
        if database.dialect == "postgresql":
            cursor.execute("SET synchronous_commit = on")  # the tests' own server has it off
        cursor.execute(ask)
        before = cursor.fetchall()
        locked.commit()
        Publisher(small_company.garage, small_company.log, small_company.topic).publish(locked)
        cursor.execute(ask)

        assert cursor.fetchall() == before


def test_the_stored_text_goes_out_as_it_stands(small_company: Company) -> None:
    """So a resend repeats its bytes also after the event's class has got a further field."""
    (event,) = small_company.rent("a").events
    text = '{"current":{"garage_id":"g1","place":"a","car":"EK 1","rented_on":"2026-03-01","colour":"red"},'
    text += '"previous":{},"version":2}'
    row = small_company.rows(small_company.garage, events)[0]
    row |= {"position": row["position"] + 1, "event_id": "another", "version": 2, "data": text}
    with small_company.garage.database.writing() as connection:
        connection.execute(events.insert().values(row))
    small_company.publish()

    documents = [record.value or b"" for record in small_company.records()]

    assert text.encode() in documents[1]
    assert event.event_id.encode() in documents[0]
