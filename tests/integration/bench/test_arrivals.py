"""When fees has committed what it took in: the bench's note of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.fees.consumer import CONSUMERS
from services.membership.contract import MunicipalityId
from shared import cloudevents, ids, positions
from shared.eventstore import Store
from shared.intake import Intake
from shared.log import LogRecord
from tests.bench.arrivals import Arrivals, note_in
from tests.bench.facts import Fact
from tests.bench.ground import Ground
from tests.bench.rows.kafka import fees_store
from tests.support.examples.notifications import as_recorded
from tests.support.servers import Servers

MEMBERSHIP = replace(CONSUMERS[0], policies=())


def take_in(store: Store) -> str:
    """Let the consumer take one event in; its id."""
    recorded = as_recorded(Fact(MunicipalityId(ids.new_id()), 1).event, "membership")
    document = cloudevents.encode(recorded, source="https://example.org/membership")
    with store.database.writing() as connection:
        begun = {"consumer": MEMBERSHIP.name, "service": MEMBERSHIP.service}
        positions.begin(connection, topic=MEMBERSHIP.topic, topic_id="topic", **begun)
        held = positions.positions_of(connection, MEMBERSHIP.name)
    record = LogRecord(MEMBERSHIP.topic, 0, 0, recorded.key.encode(), document)
    Intake(store, MEMBERSHIP).take([record], held)
    return recorded.event_id


def test_a_note_says_the_event_and_comes_with_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Intake, "take", Intake.take)  # and back again afterwards
    notes, ground = tmp_path / "notes", Ground(tmp_path, Servers(tmp_path, 0))

    with fees_store(ground, MEMBERSHIP, "sqlite") as store, notes.open("ab", buffering=0) as file:
        note_in(file)
        event_id = take_in(store)

    assert Arrivals(notes).of([event_id], seconds=0)
