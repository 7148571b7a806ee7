"""However records are cut into batches, mixed and repeated, a consumer's rows are what the events say."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shared.consumers import Consumer
from shared.database import Database
from shared.errors import Refused
from shared.intake import Intake
from shared.log import LogRecord
from shared.log.embedded import EmbeddedLog
from shared.reactions import Policy
from tests.support import parking_company as company
from tests.support.chance import tried_sparingly
from tests.support.garage import Company

GARAGES = ("g1", "g2", "g3")
asked = st.tuples(st.sampled_from(["rent", "free"]), st.sampled_from(GARAGES), st.sampled_from(["a", "b"]))


@tried_sparingly
@given(
    wanted=st.lists(asked, min_size=3, max_size=25),
    policy=st.sampled_from([company.charge_rent, company.charge_rents]),
    data=st.data(),
)
def test_rows_are_what_the_events_say(
    wanted: list[tuple[str, str, str]], policy: Policy, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made: list[Database] = []

        def make(name: str) -> Database:
            made.append(Database(f"sqlite:///{folder}/{name}.db"))
            return made[-1]

        one = Company(make, EmbeddedLog(Path(folder) / "log.db"), "")
        try:
            rented = _do(one, wanted)
            _repeat_some(one, data)
            _take_in(one, one.broken(policies=[policy]), data)

            assert one.rents() == dict(rented)
            assert one.waiting() == []
            charged = Counter[str]()
            for row in one.rows(one.billing, company.charges):
                charged[row["garage_id"]] += row["total"] // 100
            assert sum(charged.values()) == sum(
                min(times, company.MOST_CHARGES) for times in _by_place(one).values()
            )
        finally:
            for database in made:
                database.close()


def _do(one: Company, wanted: list[tuple[str, str, str]]) -> Counter[str]:
    """Carry out what the rules allow; how often a place of each garage was rented."""
    rented: Counter[str] = Counter()
    for what, garage, place in wanted:
        try:
            if what == "free":
                one.free(place, garage)
            elif one.rent(place, garage=garage).events:
                rented[garage] += 1
        except Refused:
            continue
    one.publish()
    return rented


def _by_place(one: Company) -> Counter[tuple[str, str]]:
    """How often each place was rented, as the garage's own events tell."""
    found = [recorded.event for recorded in one.garage.history()]
    return Counter(
        (event.garage_id, event.place) for event in found if isinstance(event, company.PlaceRented)
    )


def _repeat_some(one: Company, data: st.DataObject) -> None:
    """Some records come once more, in their order, as after a publisher's crash."""
    by_partition: dict[int, list[LogRecord]] = {}
    for record in one.records():
        by_partition.setdefault(record.partition, []).append(record)
    for records in by_partition.values():
        first = data.draw(st.integers(0, len(records)))
        one.log.append(one.topic, [(record.key.decode(), record.value) for record in records[first:]])


def _take_in(one: Company, consumer: Consumer, data: st.DataObject) -> None:
    """Batches of any size, of any mixture of partitions, each partition in its order."""
    waiting: dict[int, list[LogRecord]] = {}
    for record in one.records():
        waiting.setdefault(record.partition, []).append(record)
    turns = data.draw(st.permutations([number for number, records in waiting.items() for _ in records]))
    held, intake = one.held(), Intake(one.billing, consumer)
    while turns:
        size = data.draw(st.integers(1, len(turns)))
        batch = [waiting[number].pop(0) for number in turns[:size]]
        held = held | intake.take(batch, held)
        turns = turns[size:]
