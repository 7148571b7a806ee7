"""Repeated and conflicting requests have one effect, and no reader of the feed misses it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from deploy.samvirke import suite as doors
from services.membership.contract import MunicipalityId
from services.membership.population.domain import RecordPopulation, population
from shared import ids
from shared.messages import Context
from tests.e2e.steps import assert_whole, feed, found
from tests.support.running import Answer, Suite


def at_once(count: int, ask: Callable[[int], Answer]) -> list[Answer]:
    """`count` requests that set out together."""
    gate = threading.Barrier(count)

    def go(number: int) -> Answer:
        gate.wait(10)
        return ask(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(go, range(count)))


def test_twenty_identical_requests_with_one_key_have_one_effect(shared: Suite) -> None:
    path = f"/membership/v1/municipalities/{found(shared, '5501')}/population"
    figure = {"as_of": "1950-01-01", "inhabitants": 10_000, "source": "twenty at once"}
    token, key = shared.office, {"Idempotency-Key": ids.new_id()}
    answers = at_once(20, lambda _: shared.call("POST", path, figure, token=token, headers=key))
    given = [answer for answer in answers if answer.status == 201]
    waiting = [answer for answer in answers if answer.status != 201]
    later = shared.call("POST", path, figure, token=token, headers=key)
    shared.settled()
    events = [event for event in feed(shared) if event["data"]["current"].get("source") == "twenty at once"]

    assert {answer.body for answer in [*given, later]} == {given[0].body}
    assert all(answer.status == 409 and answer.headers["Retry-After"] for answer in waiting)
    assert all(answer.json["code"] == "request-in-progress" for answer in waiting)
    assert len(events) == 1


def test_of_fifty_conflicting_invitations_one_is_sent(shared: Suite) -> None:
    body = {"names": {"nb": "Femtivik"}, "valid_from": "2023-01-01", "invented": True}
    invented = shared.post("/membership/v1/municipalities", body).json["municipality_id"]
    path = f"/membership/v1/municipalities/{invented}/agreements/1/invitation"
    token = shared.office

    def invite(number: int) -> Answer:
        asked = {"invited_on": "2024-01-01", "reply_by": f"2099-{number % 12 + 1:02}-{number // 12 + 10}"}
        return shared.call("POST", path, asked, token=token)

    answers = at_once(50, invite)
    refused = [answer for answer in answers if answer.status != 201]

    assert len(refused) == 49
    assert {(answer.status, answer.json["code"]) for answer in refused} <= {
        (409, "already-invited"),
        (409, "conflict"),
    }


def test_of_fifty_changes_of_one_version_one_is_made(shared: Suite) -> None:
    address = f"/membership/v1/municipalities/{found(shared, '5501')}"
    tag = shared.call("GET", address, token=shared.office).headers["ETag"]
    token = shared.office

    def rename(number: int) -> Answer:
        body = {"names": {"nb": "Tromsø", "se": f"Romsa {number}"}, "valid_from": "2026-02-01"}
        return shared.call("POST", f"{address}/renamings", body, token=token, headers={"If-Match": tag})

    answers = at_once(50, rename)

    assert sorted(answer.status for answer in answers) == [201] + [412] * 49


class Reader(threading.Thread):
    """Follows the feed and asks again every ten milliseconds."""

    def __init__(self, suite: Suite, after: str) -> None:
        super().__init__()
        self._suite, self._after, self._token = suite, after, suite.office
        self.seen: list[str] = []
        self.done = threading.Event()

    def run(self) -> None:
        last = False
        while not last:
            last = self.done.is_set()
            path = f"/notifications/v1/events?limit=1000&after={self._after}"
            while page := self._suite.get(path, token=self._token):
                self.seen += [event["id"] for event in page]
                self._after = page[-1]["id"]
                path = f"/notifications/v1/events?limit=1000&after={self._after}"
            time.sleep(0.01)


def test_no_reader_misses_what_a_late_writer_began_first(shared: Suite) -> None:
    shared.settled()
    start = shared.get("/notifications/v1/events?order=desc&limit=1")[0]["id"]
    readers = [Reader(shared, start) for _ in range(3)]
    for reader in readers:
        reader.start()
    token, listed = shared.office, shared.get("/membership/v1/municipalities?limit=30")["items"]
    store = doors.SERVICES["membership"].open_store(shared.settings())
    late = listed[0]["municipality_id"]
    began = threading.Event()

    def write(writer: int) -> None:
        began.wait(10)
        for turn in range(6):
            municipality_id = listed[writer * 3 + turn % 3 + 1]["municipality_id"]
            figure = {
                "as_of": f"{1800 + turn}-01-01",
                "inhabitants": 1000 + writer,
                "source": "eight writers",
            }
            path = f"/membership/v1/municipalities/{municipality_id}/population"
            assert shared.call("POST", path, figure, token=token).status == 201

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, number) for number in range(8)]
        with store.transaction(Context(actor="office", correlation_id=ids.new_id())) as transaction:
            asked = RecordPopulation(
                municipality_id=MunicipalityId(late),
                as_of=date(1850, 1, 1),
                inhabitants=77,
                source="late committer",
            )
            (slow,) = transaction.handle(population, population.stream(late), asked).events
            began.set()
            time.sleep(1.0)
        for writer in writers:
            writer.result()
    store.database.close()
    shared.settled()
    for reader in readers:
        reader.done.set()
        reader.join()
    after = [event["id"] for event in feed(shared, start)]

    assert slow.event_id in after
    assert len(after) >= 49
    assert all(reader.seen == after for reader in readers)
    assert_whole(feed(shared))
