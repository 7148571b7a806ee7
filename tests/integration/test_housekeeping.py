"""What a database no longer needs goes by itself."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from shared import clock, housekeeping, rebuilding, worker
from shared.log.embedded import EmbeddedLog
from shared.publishing import Publisher
from shared.replaying import OwnEvents
from shared.tables import builds, receipts
from tests.support.garage import Company
from tests.support.running import until


def keep_receipt(company: Company, key: str, age: timedelta) -> None:
    row = {"key": key, "fingerprint": "f", "status": 201, "headers": "{}", "body": ""}
    with company.garage.database.writing() as connection:
        connection.execute(receipts.insert().values(row | {"created_at": clock.moment(clock.now() - age)}))


def test_receipts_go_after_a_day_and_not_before(small_company: Company) -> None:
    keep_receipt(small_company, "yesterday", timedelta(hours=25))
    keep_receipt(small_company, "today", timedelta(hours=23))

    housekeeping.tidy(small_company.garage.database)

    assert [row["key"] for row in small_company.rows(small_company.garage, receipts)] == ["today"]


def test_no_earlier_page_is_left_in_a_write_ahead_log(small_company: Company) -> None:
    database = small_company.garage.database
    small_company.rent("a")

    housekeeping.tidy(database)

    log = database.path and database.path.with_name(f"{database.path.name}-wal")
    assert log is None or log.stat().st_size == 0


def its_worker(company: Company, folder: Path) -> worker.Worker:
    return worker.Worker(
        company.garage,
        lambda: EmbeddedLog(folder / "log.db"),
        lambda store, log: Publisher(store, log, company.topic),
        [],
        [],
    )


def test_a_worker_keeps_house(
    small_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_BEAT", 0.05)
    keep_receipt(small_company, "yesterday", timedelta(hours=25))
    running = its_worker(small_company, tmp_path)
    running.start()
    try:
        until(lambda: small_company.rows(small_company.garage, receipts) == [], "the receipt stays")
    finally:
        assert running.stop()


def test_a_worker_lives_on_when_there_is_no_room_to_keep_house(
    small_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def full(_database: object) -> None:
        tried.append(1)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(worker, "_BEAT", 0.05)
    monkeypatch.setattr(housekeeping, "tidy", full)
    running = its_worker(small_company, tmp_path)
    running.start()
    try:
        until(lambda: len(tried) > 1, "the heart has stopped")
        beaten = running._beaten
        until(lambda: running._beaten > beaten, "nobody is told that the worker lives")
    finally:
        assert running.stop()


def test_a_worker_drops_former_builds_past_their_time(
    small_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_BEAT", 0.05)
    monkeypatch.setattr(rebuilding, "KEPT", timedelta(0))
    small_company.rent("a")
    rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)

    def states() -> set[str]:
        return {row["state"] for row in small_company.rows(small_company.garage, builds)}

    assert states() == {"live", "former"}
    running = its_worker(small_company, tmp_path)
    running.start()
    try:
        until(lambda: "former" not in states(), "the former build stays")
    finally:
        assert running.stop()
