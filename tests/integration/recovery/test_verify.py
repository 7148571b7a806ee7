"""`samvirke verify`: a whole installation agrees with itself, and what somebody has changed is said in one line."""

from __future__ import annotations

import json

from deploy.samvirke import suite
from shared.log import LogRecord
from shared.opening import open_log
from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED

TOPIC = "membership.events"


def append(installation: Installation, key: str, document: bytes) -> None:
    log = open_log(installation.settings())
    log.append(TOPIC, [(key, document)])
    log.close()


def last_record(installation: Installation) -> LogRecord:
    log = open_log(installation.settings())
    try:
        return log.tail(TOPIC)[0]
    finally:
        log.close()


def test_a_changed_document_is_a_finding_with_its_remedy_and_a_parked_one_is_none(
    installation: Installation,
) -> None:
    with installation.working():
        append(installation, "nobody", b"no event at all")
    listening = [c for s in suite.SERVICES.values() for c in s.consumers if c.topic == TOPIC]

    whole = installation.run("verify").stdout

    assert f"{len(listening)} records are set aside" in whole

    record = last_record(installation)
    document = json.loads(record.value or b"")
    document["actor"] = "somebody-else"
    append(installation, str(document["partitionkey"]), json.dumps(document, separators=(",", ":")).encode())
    said = installation.run("verify", code=1)
    told = json.loads(installation.run("verify", "--json", code=1).stdout)

    number = int(document["sequence"])
    assert f"membership other-bytes: number {number} (event {document['id']}) at {TOPIC}/" in said.stdout
    assert "Remedy: `samvirke reconcile membership` shows both sides" in said.stdout
    assert said.stderr.splitlines()[-1] == ("samvirke: findings: 1, each with its remedy in its line")
    assert [finding["code"] for finding in told["findings"]] == ["other-bytes"]
    assert sum(report["equal"] for report in told["read_models"]) > 0
