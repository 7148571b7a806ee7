"""Every named crash point lies on a way that is really gone: nobody could die at one that is never reached."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from deploy.proof import tampering
from deploy.proof.drills import Drills
from deploy.proof.operator import Operator
from deploy.proof.outcome import Tally
from deploy.samvirke import example, suite
from shared import crashing
from tests.support.installation import UNCLOSED, Installation
from tests.support.membership_client import Visitor

pytestmark = UNCLOSED
TOPIC = suite.SERVICES["membership"].topic


@pytest.mark.long
def test_every_crash_point_is_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: set[str] = set()
    monkeypatch.setenv(crashing.SETTING, f"{min(crashing.POINTS)}:1000000")
    monkeypatch.setattr(crashing, "_arrive", reached.add)
    installation = Installation(tmp_path, monkeypatch)
    installation.prepare()
    with installation.working():
        example.load(installation.settings())

    _mend_a_bad_record(installation)
    installation.run("rebuild", "fees")
    _lose_the_topic(installation, "groups")
    installation.lose_database("fees")
    installation.run("restore", "fees", "--from-log")

    assert set(crashing.POINTS) - reached == set()


def _mend_a_bad_record(installation: Installation) -> None:
    settings, membership = installation.settings(), suite.SERVICES["membership"]
    office = Visitor(membership.create_app(membership.open_store(settings)), settings)
    body = {"names": {"nb": "Eksempel"}, "valid_from": "2026-01-01", "invented": True}
    made = office.post("/municipalities", body, **{"Idempotency-Key": "one"})
    one = made.json["municipality_id"]
    with installation.working():
        installation.settle()
    partition = tampering.partition_of(settings, TOPIC, one)
    assert partition is not None
    tampering.spoil(settings, TOPIC, "half a document", one, partition)
    figure = {"as_of": "2026-01-01", "inhabitants": 7, "source": "Eksempel"}
    office.post(f"/municipalities/{one}/population", figure)
    with installation.working():
        installation.settle()
    installation.run("parked", "discard", "fees", one, "--reason", "put there by this test")
    installation.run("parked", "replay", "fees", one)


def _lose_the_topic(installation: Installation, service: str) -> None:
    drills = Drills(installation.settings(), {}, Operator({}, {}, Tally()), Tally(), Random(1))
    drills._delete(suite.SERVICES[service].topic)
    installation.run("topics")
    installation.run("topics", "refill")
