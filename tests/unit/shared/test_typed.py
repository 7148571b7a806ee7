"""A type is learnt by one thread at a time: msgspec alone crashes the process otherwise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.typed import convert, decoder

STARTING_TOGETHER = """
import threading, time
import msgspec
from shared import typed

def slowly():
    time.sleep(0.05)
    return int

class Inner(msgspec.Struct):
    number: "slowly()"

class Outer(msgspec.Struct):
    inner: Inner  # learnt while what is known of Outer is there, and not yet whole

found = []

def use(turn):
    time.sleep(turn * 0.02)
    found.append(USE)

threads = [threading.Thread(target=use, args=[turn]) for turn in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert found == [Outer(Inner(1))] * 8, found
"""


@pytest.mark.parametrize(
    "use",
    [
        """typed.decoder(Outer).decode('{"inner": {"number": 1}}')""",
        """typed.convert({"inner": {"number": 1}}, Outer)""",
    ],
)
def test_threads_that_use_a_type_for_the_first_time_together_all_read_it(use: str) -> None:
    program = STARTING_TOGETHER.replace("USE", use)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_shape_has_one_decoder() -> None:
    assert decoder(list[int]) is decoder(list[int])
    assert convert([1, 2], list[int]) == [1, 2]
