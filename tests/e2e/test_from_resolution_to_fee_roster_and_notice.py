"""The whole journey over HTTP: invited, resolved, a member from a date ahead, and out again."""

from __future__ import annotations

from tests.e2e.journey import take_in_and_out_again
from tests.support.running import Suite


def test_a_municipality_is_taken_in_and_out_again(running: Suite) -> None:
    take_in_and_out_again(running)
