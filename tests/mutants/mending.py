"""Mending: what waited is taken in once and in order, what is given up stays given up, also in a rebuild."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_PARKING = "tests/integration/test_parking.py"
_REBUILDING = "tests/integration/test_rebuilding.py"
_MENDING = "tests/integration/test_mending.py"

_RELEASE = """\
    if not parking.release(transaction.connection, row):
        return False
    crashpoint("mending.released")
"""
_LOOK = """\
    event = _decode(consumer, row)
    before = positions.versions_of(transaction.connection, consumer.name, [event.stream])
"""

MECHANISMS = (
    Mechanism(
        name="a discarded version counts as seen",
        file="shared/mending.py",
        old="                positions.keep_versions(connection, consumer.name, before, {event.stream: event.version})\n",
        new="                pass\n",
        tests=(_PARKING,),
    ),
    Mechanism(
        name="a replay leaves alone what somebody else has mended",
        file="shared/mending.py",
        old="    if not parking.release(transaction.connection, row):\n",
        new="    if parking.release(transaction.connection, row) is None:\n",
        tests=(_MENDING,),
        servers=True,
    ),
    Mechanism(
        name="a replay looks for versions once the record is its own",
        file="shared/mending.py",
        old=_RELEASE + _LOOK,
        new=_LOOK + _RELEASE.replace("return False", "pass"),
        tests=(_MENDING,),
        servers=True,
    ),
    Mechanism(
        name="what was given up is off the list for everybody",
        file="shared/parking.py",
        old="        parked.c.state.in_(WAITING),\n        parked.c.consumer",
        new="        parked.c.consumer",
        tests=(_MENDING,),
        servers=True,
    ),
    Mechanism(
        name="what waits for a gap is given up without what is missing",
        file="shared/mending.py",
        old="if event.version == seen + 1:",
        new="if event.version > seen:",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="nothing is given up for a gap that is filled behind it",
        file="shared/mending.py",
        old="    if earlier:\n",
        new="    if False:\n",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="what failed is given up before what waits behind it",
        file="shared/mending.py",
        old='if row.state == "parked"), rows',
        new="if row), rows",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="a replay takes a stream in by version",
        file="shared/parking.py",
        old="for row in in_turn(rows)]",
        new="for row in rows]",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="a forged number brings nobody before an earlier version",
        file="shared/turns.py",
        old="latest = max(latest, came)",
        new="latest = came",
        tests=("tests/unit/shared/test_turns.py",),
    ),
    Mechanism(
        name="a replay passes a repeat over",
        file="shared/mending.py",
        old="    if event.version <= seen:\n",
        new="    if False:\n",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="a hole stops a replay",
        file="shared/mending.py",
        old="    if event.version > seen + 1:\n",
        new="    if False:\n",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="a replay looks at the key of a record, as taking in does",
        file="shared/mending.py",
        old="    if event.key != row.key:\n",
        new="    if False:\n",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="a rebuild takes a stream in by version",
        file="shared/replaying.py",
        old="self._early.pop((event.stream, self._seen.get(event.stream, 0) + 1), None)",
        new="self._early.pop((event.stream, event.version), None)",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="a rebuild has what an earlier discard of a hole let pass",
        file="shared/replaying.py",
        old="            yield self._passed_over()\n",
        new="",
        tests=(_MENDING,),
    ),
    Mechanism(
        name="who mends waits for a rebuild that reads the rest",
        file="shared/replaying.py",
        old="LOCK TABLE consumer_positions, parked IN",
        new="LOCK TABLE consumer_positions IN",
        tests=(_MENDING,),
        servers=True,
    ),
    Mechanism(
        name="the rest that is asked for again begins where it did",
        file="shared/replaying.py",
        old="            self._next, self._seen, self._early = stood, seen, early\n",
        new="            pass\n",
        tests=(_REBUILDING,),
    ),
    Mechanism(
        name="a build changes its state by compare-and-set",
        file="shared/builds.py",
        old="    if not changed.rowcount:\n",
        new="    if False:\n",
        tests=(_REBUILDING,),
    ),
)
