"""`samvirke verify`: a whole installation agrees with itself, and what somebody has changed is said in one line."""

from __future__ import annotations

import json

from deploy.samvirke import suite
from shared.opening import open_log
from tests.integration.test_table_checks import unguarded
from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED

TOPIC = "membership.events"


def test_a_changed_event_is_a_finding_with_its_remedy_and_a_parked_record_is_none(
    installation: Installation,
) -> None:
    with installation.working():
        log = open_log(installation.settings())
        log.append(TOPIC, [("nobody", b"no event at all")])
        log.close()
    listening = [c for s in suite.SERVICES.values() for c in s.consumers if c.topic == TOPIC]

    whole = installation.run("verify").stdout

    assert f"{len(listening)} records are set aside" in whole

    store = suite.SERVICES["membership"].open_store(installation.settings())
    unguarded(store, "UPDATE events SET correlation_id = 'changed' WHERE position = 1")
    store.database.close()
    said = installation.run("verify", code=1)
    told = json.loads(installation.run("verify", "--json", code=1).stdout)

    assert "membership digest-differs: the digest published of " in said.stdout
    assert "membership other-bytes: number 1 (event " in said.stdout
    assert "Remedy: `samvirke reconcile membership` shows both sides" in said.stdout
    assert said.stderr.splitlines()[-1] == "samvirke: findings: 2, each with its remedy in its line"
    assert [finding["code"] for finding in told["findings"]] == ["digest-differs", "other-bytes"]
    assert sum(report["equal"] for report in told["read_models"]) > 0
