"""An operator rebuilds a service while people read and write: nobody notices, nothing is said or done twice."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import urllib3

from tests.e2e.steps import feed, found, recorded, take_in
from tests.e2e.ways import embedded, production
from tests.support.running import Suite, until

LIST = "/membership/v1/municipalities?limit=500"


class People:
    """Readers of the register, about two hundred times a second, and somebody who writes."""

    def __init__(self, suite: Suite) -> None:
        self._suite, self._token, self._stop = suite, suite.office, threading.Event()
        self._municipality = found(suite, "5610")
        self._rows = len(suite.get(LIST)["items"])
        self.reads, self.writes = 0, 0
        self.wrong: list[str] = []
        self._threads = [threading.Thread(target=self._keep, args=(self._read, 0.02)) for _ in range(4)]
        self._threads.append(threading.Thread(target=self._keep, args=(self._write, 0.05)))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def go_on(self) -> None:
        """Wait until some more was read and written."""
        reads, writes = self.reads + 20, self.writes + 3
        until(lambda: bool(self.wrong) or (self.reads > reads and self.writes > writes), "nobody is answered")

    def _keep(self, act: Any, pause: float) -> None:
        while not self._stop.wait(pause):
            try:
                act()
            except (AssertionError, urllib3.exceptions.HTTPError) as error:
                self.wrong.append(repr(error))

    def _read(self) -> None:
        rows = len(self._suite.get(LIST, token=self._token)["items"])
        assert rows == self._rows, f"{rows} of {self._rows} municipalities"
        self.reads += 1

    def _write(self) -> None:
        figure = {"as_of": f"{1100 + self.writes}-01-01", "inhabitants": 7, "source": "while it is rebuilt"}
        path = f"/membership/v1/municipalities/{self._municipality}/population"
        self._suite.post(path, figure, token=self._token)
        self.writes += 1


def rebuilt(suite: Suite, *arguments: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(suite.run("rebuild", *arguments, "--json").stdout)
    return told


@pytest.mark.parametrize("shared", [embedded(long=True), production()], indirect=True)
def test_readers_and_a_writer_notice_nothing_from_the_start_to_the_take_over_and_back(shared: Suite) -> None:
    people = People(shared)
    try:
        people.go_on()
        (report,) = rebuilt(shared, "membership")
        people.go_on()
        (one,) = rebuilt(shared, "membership", "--model", report["models"][0])
        people.go_on()
        told = shared.run("rebuild", "membership", "--back")
        people.go_on()
    finally:
        people.stop()

    assert people.wrong == [], shared.told()
    assert (report["promoted"], report["differences"]) == (True, [])
    assert (one["models"], one["differences"]) == (report["models"][:1], [])
    assert "Readers see the former build of" in told.stdout
    (look,) = rebuilt(shared, "membership", "--dry-run")
    assert (look["promoted"], look["differences"]) == (False, [])
    shared.run("rebuild", "membership", "--forget")


def test_a_rebuild_raises_no_notice_again_and_asks_for_nothing_again(shared: Suite) -> None:
    take_in(shared, [found(shared, "5610")])
    shared.settled()
    before, notices = recorded(shared), shared.get("/notifications/v1/notices?limit=500")

    for service in ("notifications", "fees", "groups"):
        for _ in range(2):
            assert all(report["differences"] == [] for report in rebuilt(shared, service))
    shared.settled()

    assert notices["items"]
    assert recorded(shared) == before
    assert shared.get("/notifications/v1/notices?limit=500") == notices
    assert len(feed(shared)) == sum(before)


def test_what_cannot_be_rebuilt_is_said_in_one_line(shared: Suite) -> None:
    unknown = shared.run("rebuild", "fees", "--model", "feez", check=False)
    both = shared.run("rebuild", "fees", "--back", "--dry-run", check=False)
    shared.run("rebuild", "fees", "--forget", check=False)
    back = shared.run("rebuild", "fees", "--back", check=False)

    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert "fees has no read model 'feez'; it has agreement_hosts, fees, grants, " in unknown.stderr
    assert (both.returncode, both.stderr) == (2, "samvirke: choose one of --dry-run, --back and --forget\n")
    assert (back.returncode, back.stderr) == (1, "samvirke: fees has no former build to go back to\n")
