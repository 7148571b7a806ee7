"""A rebuild stands in nobody's way: writers write, and readers read."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Self

import psycopg
import pytest
from sqlalchemy import Connection, MetaData, func, select, text
from sqlalchemy.exc import OperationalError

from shared import builds, locks, mending, rebuilding, replaying
from shared.locks import BusyError
from shared.replaying import OwnEvents, TakenIn
from tests.support.garage import Company, garage_store
from tests.support.parking_company import rented, rented_places
from tests.support.rebuilt import places, states

PATIENCE = 30.0


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


class Crowd:
    """Some two hundred reads a second and one writer, and whatever goes wrong for them."""

    def __init__(self, company: Company) -> None:
        self.written, self.reads, self.wrong = 0, 0, []
        self._company = company
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._keep, args=(self._read, 0.02)) for _ in range(4)]
        self._threads.append(threading.Thread(target=self._keep, args=(self._write, 0.005)))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def goes_on(self) -> None:
        """Wait until some more was read and written."""
        written, read = self.written + 10, self.reads + 10
        wait_until(lambda: bool(self.wrong) or (self.written > written and self.reads > read))

    def _keep(self, act: Callable[[], None], pause: float) -> None:
        while not self._stop.wait(pause):
            try:
                act()
            except Exception as error:  # noqa: BLE001  # every failure is what the test is about
                self.wrong.append(f"{type(error).__name__}: {error}")

    def _read(self) -> None:
        known = self.written
        with self._company.garage.reading() as connection:
            rows = connection.execute(select(func.count()).select_from(rented)).scalar_one()
        self.reads += 1
        if rows < known:
            self.wrong.append(f"{rows} rows where {known} were written")

    def _write(self) -> None:
        self._company.rent(f"crowd-{self.written}")
        self.written += 1


def test_no_read_and_no_write_fails_from_the_start_to_the_take_over_and_back(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 10)
    for number in range(100):
        small_company.rent(f"p{number}")
    small_company.publish()

    with Crowd(small_company) as crowd:
        crowd.goes_on()
        report = rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
        crowd.goes_on()
        rebuilding.go_back(small_company.garage.database, ["rented"])
        crowd.goes_on()

    assert crowd.wrong == []
    assert report.differences == []
    assert len(places(small_company)) == 100 + crowd.written
    assert rebuilding.rebuild(OwnEvents(small_company.garage), promote=False).differences == []


def test_what_is_written_between_any_two_steps_is_in_the_new_build(small_company: Company) -> None:
    small_company.rent("before")
    small_company.publish()

    def write(step: str, _done: int, _total: int) -> None:
        small_company.rent(step)

    report = rebuilding.rebuild(OwnEvents(small_company.garage), promote=True, progress=write)

    assert (report.equal, report.differences) == (3, [])
    assert places(small_company) == {"before", "replayed", "compared"}


def test_what_is_taken_in_between_any_two_steps_is_in_the_new_build(small_company: Company) -> None:
    small_company.rent("before")
    small_company.publish()
    small_company.take_in()

    def take_in(step: str, _done: int, _total: int) -> None:
        small_company.rent(step)
        small_company.publish()
        small_company.take_in()

    source = TakenIn(small_company.billing, small_company.log, small_company.consumer)
    report = rebuilding.rebuild(source, promote=True, progress=take_in)

    assert (report.equal, report.differences) == (1, [])
    assert small_company.rents() == {"g1": 3}


def test_what_is_mended_during_a_rebuild_is_in_the_new_build(small_company: Company) -> None:
    def fail(*_: object) -> None:
        raise ValueError

    broken = small_company.broken(journal=fail)
    small_company.rent("parked")
    small_company.publish()
    small_company.take_in(broken)
    assert small_company.waiting() == [("g1", "parked", "handler-failed")]
    small_company.rent("elsewhere", garage="g2")
    small_company.publish()
    small_company.take_in()

    def mend(step: str, _done: int, _total: int) -> None:
        if step == "replayed":
            mending.replay(small_company.billing, small_company.consumer)

    source = TakenIn(small_company.billing, small_company.log, small_company.consumer)
    report = rebuilding.rebuild(source, promote=True, progress=mend)

    assert report.differences == []
    assert small_company.rents() == {"g1": 1, "g2": 1}


def test_only_one_process_rebuilds_at_a_time(small_company: Company) -> None:
    small_company.rent("a")
    refused: list[Exception] = []

    def again(_step: str, _done: int, _total: int) -> None:
        try:
            rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
        except BusyError as busy:
            refused.append(busy)

    rebuilding.rebuild(OwnEvents(small_company.garage), promote=True, progress=again)

    assert refused
    assert states(small_company) == ["former", "live"]


def test_a_reader_who_holds_on_delays_the_take_over_and_nobody_else(
    small_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_company.rent("a")
    tries: list[float] = []
    sleep = time.sleep

    def pause(seconds: float) -> None:
        tries.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", pause)
    taking_over = threading.Thread(
        target=lambda: rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)
    )
    with small_company.garage.reading() as holding:
        before = holding.execute(select(rented.c.place)).scalars().all()
        taking_over.start()
        if small_company.garage.database.dialect == "postgresql":
            wait_until(lambda: len(tries) > 1)  # it has given way to others twice
            assert "live" in states(small_company)
        else:
            taking_over.join(PATIENCE)  # who reads an earlier state stands in nobody's way
        small_company.rent("b")
        assert places(small_company) == {"a", "b"}
        assert before == ["a"]
    taking_over.join(PATIENCE)

    assert not taking_over.is_alive()
    assert states(small_company) == ["former", "live"]
    assert places(small_company) == {"a", "b"}


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_readers_who_go_from_view_to_view_let_a_take_over_of_all_pass(small_company: Company) -> None:
    other = rented.to_metadata(MetaData(), name="rented_too")
    store = garage_store(small_company.garage.database)
    store.projections = (rented_places, replace(rented_places, table=other))
    rebuilding.build_missing(store, small_company.log, [])
    stop, inside = threading.Event(), threading.Barrier(2)

    def go_from_view_to_view() -> None:
        """Two of them, so that somebody has always read the one and not yet the other."""
        inside.wait()
        while not stop.is_set():
            with store.reading() as connection:
                connection.execute(select(other)).all()
                stop.wait(0.3)
                connection.execute(select(rented)).all()

    readers = [threading.Thread(target=go_from_view_to_view) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        order: list[str] = []
        rebuilding.rebuild(OwnEvents(store), promote=True)
        locks.patiently(
            store.database, lambda c: builds.go_back(c, ["rented", "rented_too"], order), patience=20.0
        )
    finally:
        stop.set()
        for reader in readers:
            reader.join()

    assert order[0] == "rented_too"


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_a_reader_never_ends_as_the_deadlock_of_a_take_over_that_gets_view_after_view(
    small_company: Company,
) -> None:
    names = ["rented", "rented_first", "rented_last"]
    tables = [rented, *(rented.to_metadata(MetaData(), name=name) for name in names[1:])]
    store = garage_store(small_company.garage.database)
    store.projections = tuple(replace(rented_places, table=table) for table in tables)
    rebuilding.build_missing(store, small_company.log, [])
    rebuilding.rebuild(OwnEvents(store), promote=True)
    order, failed = ["rented_first", "rented", "rented_last"], []

    def take_over() -> None:
        """One attempt, in which each view is had in less than a second and all are not."""
        with (
            contextlib.suppress(OperationalError, psycopg.errors.LockNotAvailable),
            store.database.writing() as connection,
        ):
            connection.execute(text("SET LOCAL lock_timeout = 800"))
            builds.go_back(connection, names, order)

    def read_the_last_and_then_the_first(has_begun: threading.Event) -> None:
        try:
            with store.reading() as connection:
                connection.execute(select(tables[2])).all()
                has_begun.set()
                wait_until(lambda: waiting_for("rented"))
                connection.execute(select(tables[1])).all()
        except OperationalError as error:
            failed.append(type(error.orig).__name__)

    def waiting_for(view: str) -> bool:
        query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:view AS regclass)")
        with small_company.garage.reading() as connection:
            return bool(connection.execute(query, {"view": view}).scalar())

    began = threading.Event()
    reader = threading.Thread(target=read_the_last_and_then_the_first, args=[began])
    taking_over = threading.Thread(target=take_over)
    with store.reading() as holding:
        holding.execute(select(rented)).all()
        reader.start()
        assert began.wait(PATIENCE)
        taking_over.start()
        wait_until(lambda: waiting_for("rented"))
        time.sleep(0.7)  # shorter than the wait for one view, too long for all of them
    taking_over.join(PATIENCE)
    reader.join(PATIENCE)

    assert failed == []


@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True)
def test_rights_granted_on_a_read_model_survive_a_rebuild(small_company: Company) -> None:
    def granted(connection: Connection) -> bool:
        return bool(connection.execute(text("SELECT relacl FROM pg_class WHERE relname = 'rented'")).scalar())

    with small_company.garage.database.writing() as connection:
        connection.execute(text("GRANT SELECT ON rented TO public"))
    rebuilding.rebuild(OwnEvents(small_company.garage), promote=True)

    with small_company.garage.reading() as connection:
        assert granted(connection)
