"""Schemathesis asks every operation of every OpenAPI document whatever comes to mind, with all its checks.

`OUTSIDE_EXAMPLES=100` asks more, in all its phases, and something else each time unless `OUTSIDE_SEED` is given.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running import SERVICES, EmbeddedSuite

pytestmark = [pytest.mark.xdist_group("from-outside"), pytest.mark.sampled]

EXAMPLES = int(os.environ.get("OUTSIDE_EXAMPLES", "0"))
SEED = os.environ.get("OUTSIDE_SEED") or str(secrets.randbelow(2**31))
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
PROGRAM = Path(sys.executable).with_name("schemathesis")
SHORT = ("--phases", "fuzzing", "--max-examples", "1", "--seed", "1")
LONG = (
    *("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(EXAMPLES)),
    *("--seed", SEED),
)


@pytest.mark.timeout(60 + 60 * EXAMPLES)
@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_keeps_to_its_document_whatever_is_asked(
    outside: EmbeddedSuite, service: str
) -> None:
    asked = subprocess.run(
        [
            *(PROGRAM, "--config-file", CONFIGURATION, "run", f"{outside.url}/{service}/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {outside.office}", "--checks", "all", "--no-color"),
            *("--continue-on-failure", "--generation-database", "none"),
            *(LONG if EXAMPLES else SHORT),
        ],
        capture_output=True,
        text=True,
        cwd=outside.folder,
        check=False,
    )

    assert asked.returncode == 0, asked.stdout + asked.stderr
