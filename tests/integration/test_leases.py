"""Workers share the partitions of a consumer fairly, and take over from who is gone."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from shared import clock, leases
from shared.database import AWAY, Database
from shared.presence import Presence
from shared.tables import heartbeats
from shared.tables import leases as lease_rows
from tests.support.garage import Company
from tests.support.running import until

ALL = frozenset(range(12))


class Crew:
    """Workers of billing by name: what each says of itself, and what it may read."""

    def __init__(self, company: Company) -> None:
        self.database = company.billing.database
        self.present: dict[str, Presence] = {}

    def claim(self, name: str) -> frozenset[int]:
        presence = self.present.setdefault(name, Presence(self.database, name))
        presence.keep()
        beat = {"part": leases.PART, "owner": leases.presence("garage", name), "trouble": None}
        with self.database.writing() as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.owner == beat["owner"]))
            connection.execute(heartbeats.insert().values(beat | {"beat_at": clock.moment(clock.real_now())}))
            return leases.claim(connection, "garage", presence)

    def are_free(self, name: str) -> bool:
        with self.database.reading() as connection:
            return leases.are_free(connection, "garage", self.present[name])

    def age(self) -> None:
        """Let the time of every lease be over."""
        long_ago = clock.moment(clock.real_now() - 2 * leases.DURATION)
        with self.database.writing() as connection:
            connection.execute(update(lease_rows).values(until=long_ago))


@pytest.fixture
def crew(small_company: Company) -> Iterator[Crew]:
    crew = Crew(small_company)
    yield crew
    for presence in crew.present.values():
        presence.leave()


def test_a_worker_alone_reads_everything(crew: Crew) -> None:
    assert crew.claim("one") == ALL


def test_two_workers_come_to_half_each_and_never_to_the_same(crew: Crew) -> None:
    crew.claim("one")
    assert crew.claim("two") == frozenset()

    first, second = crew.claim("one"), crew.claim("two")

    assert (len(first), len(second)) == (6, 6)
    assert first | second == ALL
    assert not crew.are_free("two")


def test_who_lives_and_has_not_renewed_in_time_is_taken_over_from(crew: Crew) -> None:
    crew.claim("one")
    assert crew.claim("two") == frozenset()
    crew.age()

    assert len(crew.claim("two")) == 6


def test_who_hangs_with_a_clock_that_was_an_hour_ahead_is_taken_over_from_at_once(crew: Crew) -> None:
    crew.claim("one")
    ahead = clock.moment(clock.real_now() + timedelta(hours=1))
    with crew.database.writing() as connection:
        connection.execute(update(lease_rows).values(until=ahead))
        connection.execute(update(heartbeats).values(beat_at=ahead))

    assert crew.claim("two") == ALL


def test_who_ends_gives_everything_back(crew: Crew, small_company: Company) -> None:
    crew.claim("one")
    crew.claim("two")
    small_company.release_leases("one")
    assert crew.are_free("two")
    crew.present["one"].leave()

    assert crew.claim("two") == ALL


def test_what_a_killed_process_held_is_free_at_once(crew: Crew) -> None:
    forks = multiprocessing.get_context("forkserver")
    ours, theirs = forks.Pipe()
    other: Any = forks.Process(target=claim_and_sleep, args=(crew.database.url, theirs), daemon=True)
    other.start()
    assert ours.recv() == 12
    assert crew.claim("two") == frozenset()
    assert not crew.are_free("two")

    other.kill()
    other.join()

    until(lambda: crew.are_free("two"), "it passes for alive", 5)
    assert crew.claim("two") == ALL


@pytest.mark.parametrize("make_database", ["sqlite"], indirect=True)
def test_what_a_killed_worker_left_beside_the_database_is_taken_away(crew: Crew) -> None:
    path = crew.database.path
    assert path is not None
    path.with_suffix(".long-dead.present").touch()
    crew.claim("one")
    crew.claim("two")

    assert {left.name for left in path.parent.glob("*.present")} == {
        f"{path.stem}.one.present",
        f"{path.stem}.two.present",
    }


@pytest.mark.parametrize("make_database", ["sqlite"], indirect=True)
def test_a_worker_whose_file_is_taken_away_before_it_is_locked_makes_another(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = crew.database.path
    assert path is not None
    left, lock = path.with_suffix(".one.present"), fcntl.flock
    taken: list[int] = []

    def lock_late(file: Any, how: int) -> None:
        if how == fcntl.LOCK_EX and not taken:
            taken.append(how)
            left.unlink()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", lock_late)
    crew.claim("one")

    assert taken
    assert crew.claim("two") == frozenset()  # one is seen to be at work


def claim_and_sleep(url: str, line: Any) -> None:
    """A worker of its own process."""
    database = Database(url)
    presence = Presence(database, "one")
    presence.keep()
    with database.writing() as connection:
        beat = {"part": leases.PART, "owner": leases.presence("garage", "one"), "trouble": None}
        connection.execute(heartbeats.insert().values(beat | {"beat_at": clock.moment(clock.real_now())}))
        held = leases.claim(connection, "garage", presence)
    line.send(len(held))
    time.sleep(300)


def test_a_lost_connection_is_made_anew(crew: Crew) -> None:
    crew.claim("one")
    if crew.database.dialect == "sqlite":
        return  # a file's lock is lost with the process only
    with crew.database.writing() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with contextlib.suppress(*AWAY):  # a connection that hardly rested is lent as it is; a worker asks again
        crew.claim("two")
    two = crew.claim("two")
    one = crew.claim("one")
    assert crew.claim("two") != ALL

    assert (two, one) == (ALL, frozenset())
