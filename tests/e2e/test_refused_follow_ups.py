"""What a policy asks for and a rule refuses stands on the office's list until it goes through or is settled."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import Any

from tests.e2e.steps import found, take_in
from tests.support.running import Suite, until

NEXT_YEAR = date.today().year + 1
RATES = {
    "first_year": NEXT_YEAR,
    "last_year": None,
    "proration": "none",
    "host_pays": True,
    "components": [{"name": "fixed", "label": "Fast del", "kind": "fixed", "amount_ore": 15_000_000}],
}


def waiting(suite: Suite) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = suite.get("/fees/v1/waiting")["items"]
    return [item for item in items if item["kind"] == "follow-up-refused"]


def test_a_refused_follow_up_stands_on_the_offices_list_until_it_goes_through_or_is_settled(
    shared: Suite,
) -> None:
    loppa, alta = found(shared, "5614"), found(shared, "5601")
    figure = {"as_of": f"{NEXT_YEAR - 1}-01-01", "inhabitants": 846, "source": "the test"}
    for one in (loppa, alta):
        shared.post(f"/membership/v1/municipalities/{one}/population", figure)
    take_in(shared, [loppa, alta])
    shared.settled()
    # As much as an event can hold: it does not fit into the fee's event beside the arithmetic.
    for count in itertools.count(860, -1):
        told = [f"{number:04}{'x' * 70}" for number in range(count)]
        answer = shared.call("POST", "/fees/v1/schedules", RATES | {"assumed": told}, token=shared.office)
        if answer.status == 201:
            break
        assert answer.json["code"] == "event-too-large"
    until(lambda: bool(waiting(shared)), "the refusal is nowhere")
    shared.settled()
    refused = [item["municipality_id"] for item in waiting(shared)]
    listed = json.loads(shared.run("refused", "list", "--json").stdout)
    by_hand = {row["stream"]: row["refusal_id"] for row in listed if row["service"] == "fees"}
    shared.run(
        "refused", "settle", "fees", by_hand[f"fee-{alta}/{NEXT_YEAR}"], "--reason", "reckoned on paper"
    )
    left = [item["municipality_id"] for item in waiting(shared)]
    shared.post("/fees/v1/schedules", RATES)
    until(lambda: not waiting(shared), "the refusal stays though its cause is mended")
    fee = shared.get(f"/fees/v1/municipalities/{loppa}/years/{NEXT_YEAR}")

    assert {loppa, alta} <= set(refused)
    assert alta not in left
    assert loppa in left
    assert fee["total_ore"] == 15_000_000
