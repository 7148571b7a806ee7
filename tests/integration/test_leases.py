"""Workers share the partitions of a consumer fairly, and take over from who is gone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from shared import clock, leases
from shared.tables import heartbeats
from shared.tables import leases as lease_rows
from tests.support.garage import Company


def claim(company: Company, owner: str) -> frozenset[int]:
    with company.billing.database.writing() as connection:
        row = {"part": leases.PART, "owner": leases.presence("garage", owner), "trouble": None}
        known = connection.execute(heartbeats.select().where(heartbeats.c.owner == row["owner"])).first()
        if known is None:
            beat = row | {"beat_at": clock.moment(clock.real_now())}
            connection.execute(heartbeats.insert().values(beat))
        return leases.claim(connection, "garage", owner)


def test_a_worker_alone_reads_everything(small_company: Company) -> None:
    assert claim(small_company, "one") == frozenset(range(12))


def test_two_workers_come_to_half_each_and_never_to_the_same(small_company: Company) -> None:
    claim(small_company, "one")
    assert claim(small_company, "two") == frozenset()

    first, second = claim(small_company, "one"), claim(small_company, "two")

    assert (len(first), len(second)) == (6, 6)
    assert first | second == frozenset(range(12))


def test_who_has_not_renewed_in_time_is_taken_over_from(small_company: Company) -> None:
    claim(small_company, "one")
    long_ago = clock.moment(clock.real_now() - 2 * leases.DURATION)
    with small_company.billing.database.writing() as connection:
        connection.execute(update(lease_rows).values(until=long_ago))
        connection.execute(heartbeats.delete())

    assert claim(small_company, "two") == frozenset(range(12))


def test_who_died_with_a_clock_that_was_an_hour_ahead_is_taken_over_from_at_once(
    small_company: Company,
) -> None:
    claim(small_company, "one")
    ahead = clock.moment(clock.real_now() + timedelta(hours=1))
    with small_company.billing.database.writing() as connection:
        connection.execute(update(lease_rows).values(until=ahead))
        connection.execute(update(heartbeats).values(beat_at=ahead))

    assert claim(small_company, "two") == frozenset(range(12))


def test_who_ends_gives_everything_back(small_company: Company) -> None:
    claim(small_company, "one")
    small_company.release_leases("one")
    with small_company.billing.database.writing() as connection:
        connection.execute(heartbeats.delete())

    assert claim(small_company, "two") == frozenset(range(12))
