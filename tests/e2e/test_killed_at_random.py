"""Processes are killed at random while commands come in: nothing is missing, nothing is double."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3

from deploy.samvirke import suite as doors
from shared import ids
from tests.e2e.steps import assert_whole, feed, recorded
from tests.e2e.ways import embedded, production
from tests.support.running import Suite, until

SENDERS, BETWEEN_KILLS = 8, 50
"""Commands answered between two deaths, on average."""
PATIENCE = 60.0


def kill_one(suite: Suite, chance: random.Random) -> str:
    """Kill a process and what it started, and start it again a moment later; its name."""
    name = chance.choice(sorted(suite.processes))
    suite.kill(name)
    time.sleep(chance.uniform(0, 0.3))
    kind, _, service = name.partition("-")
    start: Any = getattr(suite, f"start_{kind}")
    start(*([service] if service else []))
    return name


def commands(count: int, listed: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Commands for two services: what each is known by, its path and its body."""
    for turn in range(count):
        mark = f"killed {turn}"
        if turn % 10 == 0:
            group = {"kind": "working_group", "name": mark, "established_on": "2026-01-01"}
            yield mark, "/groups/v1/groups", group | {"decision_rule": "advisory", "seat_kind": "open"}
            continue
        one = listed[turn % len(listed)]["municipality_id"]
        figure = {"as_of": f"{1000 + turn // len(listed)}-01-01", "inhabitants": 1 + turn, "source": mark}
        yield mark, f"/membership/v1/municipalities/{one}/population", figure


def send(suite: Suite, token: str, path: str, body: dict[str, Any]) -> None:
    """Send until there is an answer, with one key, as a client does that must not lose anything."""
    key = {"Idempotency-Key": ids.new_id()}
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            answer = suite.call("POST", path, body, token=token, headers=key)
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
            continue
        if answer.status == 201:
            return
        assert answer.status in (409, 502, 503), (answer.status, answer.body)
        time.sleep(0.1)
    message = f"{path} was never answered"
    raise AssertionError(message)


@pytest.mark.parametrize(
    ("shared", "count"),
    [embedded(100), embedded(1_000, long=True), production(1_000)],
    indirect=["shared"],
)
def test_no_command_is_lost_or_done_twice_when_processes_are_killed(shared: Suite, count: int) -> None:
    listed = shared.get("/membership/v1/municipalities?limit=40")["items"]
    sent, token = list(commands(count, listed)), shared.office
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    turns = set(chance.sample(range(count), count // BETWEEN_KILLS))
    killed: list[str] = []
    with ThreadPoolExecutor(SENDERS) as pool:
        asked = [pool.submit(send, shared, token, path, body) for _, path, body in sent]
        for turn, done in enumerate(asked):
            done.result()
            if turn in turns:
                killed.append(kill_one(shared, chance))
    for service in doors.SERVICES:
        until(lambda path=f"/{service}/health/live": lives(shared, path), f"{service} does not come back")  # type: ignore[misc]
    shared.settled(180)
    events = feed(shared)
    current = [event["data"]["current"] for event in events]
    marks = [one.get("source") or one.get("name") for one in current]
    ours = sorted(mark for mark in marks if isinstance(mark, str) and mark.startswith("killed "))

    assert ours == sorted(mark for mark, _, _ in sent), (seed, killed)
    assert_whole(events)
    assert len(events) == sum(recorded(shared))
    shared.run("verify")


def lives(suite: Suite, path: str) -> bool:
    try:
        return suite.call("GET", path).status == 200
    except urllib3.exceptions.HTTPError:
        return False
