"""What a policy asks for and a rule refuses stands on the office's list; nothing else waits for it."""

from __future__ import annotations

from typing import Any

from tests.e2e.steps import found, take_in
from tests.support.running import Suite, until

NEXT_YEAR_ON = {
    "first_year": 2027,
    "last_year": None,
    "proration": "none",
    "host_pays": True,
    "components": [{"name": "fixed", "label": "Fast del", "kind": "fixed", "amount_ore": 15_000_000}],
}


def waiting(suite: Suite) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = suite.get("/fees/v1/waiting")["items"]
    return [item for item in items if item["kind"] == "follow-up-refused"]


def test_a_refused_follow_up_stands_on_the_offices_list(shared: Suite) -> None:
    loppa = found(shared, "5614")
    take_in(shared, [loppa])
    shared.settled()
    # The schedule itself fits into an event, but not together with the arithmetic that quotes it.
    told = [f"{number:04}{'x' * 70}" for number in range(810)]
    shared.post("/fees/v1/schedules", NEXT_YEAR_ON | {"assumed": told})
    until(lambda: bool(waiting(shared)), "the refusal is nowhere")
    shared.settled()

    assert loppa in {item["municipality_id"] for item in waiting(shared)}
    assert "refused" in shared.run("status", "--json").stdout
    # Everything else has gone on, and so does this fee once its cause is mended.
    shared.post("/fees/v1/schedules", NEXT_YEAR_ON)
    shared.settled()
    fee = shared.get(f"/fees/v1/municipalities/{loppa}/years/2027")
    assert fee["estimated_ore"] == 15_000_000
