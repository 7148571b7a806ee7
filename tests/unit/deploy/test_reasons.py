"""What an operator gives up or ends is kept with a reason that says something."""

from __future__ import annotations

import pytest

from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED


@pytest.mark.parametrize(
    "command",
    [
        ("parked", "discard", "fees", "k"),
        ("refused", "settle", "fees", "r"),
        ("reconcile", "fees", "--take-log"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("reason", ["", " \t"])
def test_a_blank_reason_is_none(installation: Installation, command: tuple[str, ...], reason: str) -> None:
    said = installation.run(*command, "--reason", reason, code=2).stderr

    assert "Invalid value for '--reason': A reason is kept for ever and may not be blank." in said
