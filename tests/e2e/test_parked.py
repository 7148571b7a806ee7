"""Invalid documents on a topic hold up their own key only, and an operator mends that by command."""

from __future__ import annotations

import json
from typing import Any

from deploy.samvirke import suite as doors
from shared import mending
from shared.opening import open_log
from tests.e2e.steps import found
from tests.support.running import Suite, until

TOPIC = "membership.events"
LISTENERS = ("fees", "groups", "notifications")
INVALID = (b"not JSON at all", b'{"specversion": "1.0"}')


def parked(suite: Suite) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(suite.run("parked", "list", "--json").stdout)
    return rows


def figure(suite: Suite, municipality_id: str, inhabitants: int) -> None:
    body = {"as_of": "1901-01-01", "inhabitants": inhabitants, "source": "after the invalid ones"}
    suite.post(f"/membership/v1/municipalities/{municipality_id}/population", body)


def in_feed(suite: Suite, municipality_id: str, inhabitants: int) -> bool:
    path = f"/notifications/v1/events?order=desc&limit=20&subject=municipality/{municipality_id}"
    return any(event["data"]["current"].get("inhabitants") == inhabitants for event in suite.get(path))


def mend(suite: Suite, service: str, key: str) -> None:
    """What `parked discard` and `parked replay` do, without a process for each."""
    door = doors.SERVICES[service]
    store = door.open_store(suite.settings())
    for consumer in door.consumers:
        for _ in INVALID:
            mending.discard_first(store, consumer, key=key, actor="operator/test", because="made by a test")
        assert all(result.left == 0 for result in mending.replay(store, consumer, key=key))
    store.database.close()


def test_invalid_documents_hold_up_their_own_key_only_until_an_operator_mends_it(shared: Suite) -> None:
    held, free = found(shared, "5603"), found(shared, "5605")
    log = open_log(shared.settings())
    log.append(TOPIC, [(held, document) for document in INVALID])
    log.close()
    figure(shared, held, 1901)
    figure(shared, free, 1902)
    until(lambda: in_feed(shared, free, 1902), "another key is held up")
    shared.settled()
    rows = parked(shared)

    assert {row["key"] for row in rows} == {held}
    assert {row["service"] for row in rows} == set(LISTENERS)
    assert {row["reason"] for row in rows} == {"not-json", "missing-attribute", "follows"}
    assert not in_feed(shared, held, 1901)

    # Taken in again as they are, they fail again; the operator looks, and gives them up one by one.
    assert shared.run("parked", "replay", "fees", held, check=False).returncode == 1
    assert "not JSON at all" in shared.run("parked", "show", "fees", held).stdout
    for _ in INVALID:
        shared.run("parked", "discard", "fees", held, "--reason", "made by a test")
    shared.run("parked", "replay", "fees", held)
    assert {row["service"] for row in parked(shared)} == {"groups", "notifications"}
    for service in ("groups", "notifications"):
        mend(shared, service, held)
    until(lambda: in_feed(shared, held, 1901), "what waited does not arrive")
    figure(shared, held, 1903)
    until(lambda: in_feed(shared, held, 1903), "the key does not flow again")

    assert parked(shared) == []
