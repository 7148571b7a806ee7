"""A worker that is told to end finishes what it has begun, wakes everybody, and hands over at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from shared import consuming, leases, publishing, scheduling, worker
from shared.bells import bell_for
from shared.log import Log
from shared.log.embedded import EmbeddedLog
from shared.presence import Presence
from shared.stopping import Stop
from shared.tables import heartbeats
from shared.tables import leases as lease_rows
from shared.worker import Worker
from tests.support.garage import Company
from tests.support.running import until

LONG = 60.0
SOON = 20.0
"""Seconds that a loaded machine may need for what takes a tenth of one; who is not woken needs LONG."""


@pytest.fixture
def sleepy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by itself: what is not woken sleeps on."""
    monkeypatch.setattr(publishing, "_LOOK_AGAIN", LONG)
    monkeypatch.setattr(consuming, "_WAIT", LONG)
    monkeypatch.setattr(scheduling, "_TICK", LONG)
    monkeypatch.setattr(worker, "_BEAT", LONG)
    monkeypatch.setattr(worker, "_PATIENCE", LONG)


@contextmanager
def at_work(started: Worker) -> Iterator[Worker]:
    started.start()
    try:
        yield started
    finally:
        started.stop()


def held(company: Company) -> dict[str, int]:
    """How many partitions each worker has a lease of."""
    owners = [row["owner"] for row in company.rows(company.billing, lease_rows)]
    return {owner: owners.count(owner) for owner in owners}


def test_an_idle_worker_ends_at_once_and_leaves_nothing_behind(company: Company, sleepy: None) -> None:
    with at_work(company.worker()) as idle:
        until(lambda: held(company) == {idle.name: 12}, "it does not begin")
        time.sleep(0.5)  # everybody has fallen asleep by now
        began = time.monotonic()
        assert idle.stop(LONG)
        took = time.monotonic() - began

    assert took < SOON
    assert held(company) == {}
    assert company.rows(company.billing, heartbeats) == []
    assert not [thread for thread in threading.enumerate() if idle.name in thread.name]


def test_a_transaction_that_has_begun_is_finished(small_company: Company) -> None:
    begun, go_on = threading.Event(), threading.Event()
    said: list[bool] = []

    def journal(_connection: Any, _taken: Any) -> None:
        begun.set()
        go_on.wait(LONG)

    small_company.rent("a")
    small_company.publish()
    with at_work(small_company.worker(small_company.broken(journal=journal))) as working:
        assert begun.wait(LONG)
        ending = threading.Thread(target=lambda: said.append(working.stop(LONG)))
        ending.start()
        ending.join(worker._PATIENCE + 1)
        waited = ending.is_alive()
        go_on.set()
        ending.join(LONG)

    assert waited
    assert said == [True]
    assert small_company.rents() == {"g1": 1}


def test_it_says_when_a_transaction_did_not_end_in_time(small_company: Company) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def journal(_connection: Any, _taken: Any) -> None:
        begun.set()
        go_on.wait(LONG)

    small_company.rent("a")
    small_company.publish()
    with at_work(small_company.worker(small_company.broken(journal=journal))) as working:
        assert begun.wait(LONG)
        assert not working.stop(0.5)
        go_on.set()


class Away(EmbeddedLog):
    """A log that does not answer for long, as a broker that was cut off."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.answers = threading.Event()

    def check_topics(self, topics: Any) -> None:  # noqa: ARG002
        self.answers.wait(LONG)


def test_who_waits_for_a_log_that_is_away_holds_up_nothing(
    small_company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(worker, "_PATIENCE", 0.2)
    log = Away(tmp_path / "away.db")
    waiting = small_company.worker(log=log)
    waiting.start()
    time.sleep(0.3)
    began = time.monotonic()
    ended = waiting.stop(LONG)
    took = time.monotonic() - began
    left = [thread.name.split()[0] for thread in threading.enumerate() if waiting.name in thread.name]
    log.answers.set()  # here no process ends
    waiting.stop()

    assert ended
    assert took < SOON
    assert left == ["publisher"]
    assert small_company.rows(small_company.billing, heartbeats) == []


def note_claims(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every claim that has been answered from now on: who asked, and how many partitions it then held."""
    noted: list[tuple[str, int]] = []
    claim = leases.claim

    def noting(connection: Connection, consumer: str, presence: Presence) -> frozenset[int]:
        got = claim(connection, consumer, presence)
        noted.append((presence.name, len(got)))
        return got

    monkeypatch.setattr(leases, "claim", noting)
    return noted


def test_what_a_stopped_worker_held_is_taken_over_before_the_next_renewal(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", LONG)
    claims = note_claims(monkeypatch)
    with at_work(company.worker()) as first:
        until(lambda: held(company) == {first.name: 12}, "the first does not begin")
        with at_work(company.worker()) as second:
            # Only who has asked in vain would wait for its renewal: a first claim gets what is free by then.
            until(lambda: (second.name, 0) in claims, "the second does not begin")
            first.stop()
            until(lambda: held(company) == {second.name: 12}, "nobody takes over", SOON)
            company.rent("a")
            company.publish()
            until(lambda: company.rents() == {"g1": 1}, "nobody reads", SOON)


def test_a_reader_that_waits_is_woken_and_waits_no_more(log: Log, prefix: str) -> None:
    topic = f"{prefix}wake"
    log.create_topics([topic])
    reader = log.reader()
    reader.assign({(topic, number): 0 for number in range(12)})
    timer = threading.Timer(0.3, reader.wake)
    timer.start()
    began = time.monotonic()
    first, second = reader.poll(10, LONG), reader.poll(10, LONG)
    took = time.monotonic() - began
    timer.join()
    reader.close()

    assert (first, second) == ([], [])
    assert took < SOON


def test_a_listener_that_waits_is_woken(small_company: Company) -> None:
    listener = bell_for(small_company.billing.database).listen()
    timer = threading.Timer(0.3, listener.wake)
    timer.start()
    began = time.monotonic()
    listener.wait(LONG)
    took = time.monotonic() - began
    timer.join()
    listener.close()
    listener.wake()  # a stop may come late

    assert took < SOON


def test_who_comes_to_wait_after_the_stop_is_woken_too() -> None:
    stop, woken = Stop(), threading.Event()
    stop.set()
    with stop.waking(woken.set):
        assert woken.is_set()
