"""Mending: what waited is taken in once and in order, what is given up stays given up, also in a rebuild."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_PARKING = "tests/integration/test_parking.py"
_REBUILDING = "tests/integration/test_rebuilding.py"
_NEW = "tests/integration/test_rebuilding_in_a_new_topic.py"
_LOST = "tests/integration/test_parked_in_a_lost_topic.py"
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
        name="a rebuild passes over what is no event in a topic made anew",
        file="shared/replaying.py",
        old="            if self._taken is None:\n",
        new="            if True:\n",
        tests=("tests/integration/test_rebuilding_in_a_new_topic.py",),
    ),
    Mechanism(
        name="the rest that is asked for again begins where it did",
        file="shared/replaying.py",
        old="            self._next, self._seen, self._early, self._taken = stood, seen, early, None\n",
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
    Mechanism(
        name="the same place in a topic made anew is another place",
        file="shared/tables.py",
        old='    Column("topic_id", Text, primary_key=True),\n',
        new='    Column("topic_id", Text, nullable=False),\n',
        tests=(_LOST,),
    ),
    Mechanism(
        name="who mends a record leaves alone what lies in its place in another topic",
        file="shared/parking.py",
        old="        parked.c.topic_id == row.topic_id,\n",
        new="",
        tests=(_LOST,),
    ),
    Mechanism(
        name="a rebuild leaves out no place of an earlier topic",
        file="shared/replaying.py",
        old="if (self._identity, *record[:3]) in self._left_out:",
        new="if record[:3] in {where[1:] for where in self._left_out}:",
        tests=(_LOST,),
    ),
    Mechanism(
        name="a look from outside excuses no place of an earlier topic",
        file="shared/topicchecks.py",
        old="if (identity, *record[:3]) in self._set_aside:",
        new="if record[:3] in {where[1:] for where in self._set_aside}:",
        tests=(_LOST,),
    ),
    Mechanism(
        name="an event that was given up is left out of a rebuild wherever it comes again",
        file="shared/replaying.py",
        old="event.event_id not in self._given_up:",
        new="True:",
        tests=(_LOST,),
    ),
    Mechanism(
        name="a repeat that waits hides nothing from a rebuild",
        file="shared/parking.py",
        old="event is None or event.version > seen.get(event.stream, 0)",
        new="True",
        tests=(_LOST,),
    ),
    Mechanism(
        name="an older database says of no record that it lay where nobody had come to",
        file="shared/migrations/versions/core_0006.py",
        old='if position is None or row["record_offset"] >= position["next_offset"]:',
        new="if position is None:",
        tests=(_LOST,),
    ),
    Mechanism(
        name="a rebuild knows what was taken in from the topic before this one",
        file="shared/replaying.py",
        old="            yield from self._taken_before(connection)\n",
        new="",
        tests=(_NEW,),
    ),
    Mechanism(
        name="a position in another topic says nothing of this one",
        file="shared/replaying.py",
        old="            if position.topic_id == self._identity\n",
        new="",
        tests=(_NEW,),
    ),
    Mechanism(
        name="a rebuild leaves to the consumer what it has not taken in",
        file="shared/replaying.py",
        old="if self._taken is not None and event.version",
        new="if False and self._taken and event.version",
        tests=(_NEW,),
    ),
    Mechanism(
        name="nothing is rebuilt of a topic that is not refilled",
        file="shared/replaying.py",
        old="        if lacking and any(",
        new="        if False and any(",
        tests=(_NEW,),
    ),
)
