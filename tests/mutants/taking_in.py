"""Taking in: each event once and in order, what is bad set aside alone, read models as the events say."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_CONSUMING = "tests/integration/test_consuming.py"
_REFUSED = "tests/integration/test_refused_follow_ups.py"
_PARKING = "tests/integration/test_parking.py"
_MENDING = "tests/integration/test_mending.py"
_POSITIONS = "tests/integration/test_positions.py"
_BESIDE = "tests/integration/test_rebuilding_beside_writers.py"

_RELEASE = """\
    if not parking.release(transaction.connection, row):
        return False
    crashpoint("mending.released")
"""
_LOOK = """\
    event = cloudevents.decode(row.value, _classes(consumer), consumer.service)
    before = positions.versions_of(transaction.connection, consumer.name, [event.stream])
"""

MECHANISMS = (
    Mechanism(
        name="a position moves by compare-and-set",
        file="shared/positions.py",
        old="    if moved.rowcount != len(moves):\n",
        new="    if False:\n",
        tests=(_CONSUMING,),
    ),
    Mechanism(
        name="a position moves in the transaction of the effect",
        file="shared/intake.py",
        old="        positions.move(transaction.connection, self.consumer.name, changes)\n",
        new="        pass\n",
        tests=(_CONSUMING,),
    ),
    Mechanism(
        name="a repeat is known by its version",
        file="shared/intake.py",
        old="            if event.version <= seen.get(event.stream, 0):\n                return False",
        new="            if False:\n                return False",
        tests=(_CONSUMING,),
    ),
    Mechanism(
        name="a hole in a stream is parked",
        file="shared/intake.py",
        old="if event.version > seen.get(event.stream, 0) + 1:",
        new="if False:",
        tests=(_PARKING,),
    ),
    Mechanism(
        name="followers of a parked record wait with it",
        file="shared/intake.py",
        old="if key in waiting or reason is not None:",
        new="if reason is not None:",
        tests=(_PARKING,),
    ),
    Mechanism(
        name="a bad record parks its own key only",
        file="shared/parking.py",
        old="    return key\n",
        new='    return f"partition {record.partition}"\n',
        tests=(_PARKING,),
    ),
    Mechanism(
        name="a record whose key no index holds is parked by its partition",
        file="shared/parking.py",
        old=" or len(key) > MAXIMUM_NAME:",
        new=":",
        tests=(_PARKING,),
        servers=True,
    ),
    Mechanism(
        name="a record whose key no database holds is parked by its partition",
        file="shared/parking.py",
        old=' or "\\0" in key',
        new="",
        tests=(_PARKING,),
        servers=True,
    ),
    Mechanism(
        name="a number that no database holds makes no event",
        file="shared/cloudevents.py",
        old='_NUMBER = r"00[0-9]{18}"',
        new='_NUMBER = r"[0-9]{20}"',
        tests=(_PARKING, "tests/unit/shared/test_cloudevents.py"),
    ),
    Mechanism(
        name="a stream that no index holds makes no event",
        file="shared/cloudevents.py",
        old='_NAME = _PLAIN.replace("+", f"{{1,{MAXIMUM_NAME}}}")',
        new="_NAME = _PLAIN",
        tests=("tests/unit/shared/test_cloudevents.py",),
    ),
    Mechanism(
        name="a record under another key than its document says is parked",
        file="shared/intake.py",
        old="if event.key.encode() != record.key:",
        new="if False:",
        tests=(_PARKING,),
    ),
    Mechanism(
        name="a bug parks the record and not the batch",
        file="shared/intake.py",
        old="            if len(records) > 1:\n",
        new="            if False:\n",
        tests=(_PARKING,),
    ),
    Mechanism(
        name="too many parked keys stop the consumer",
        file="shared/intake.py",
        old="            if len(waiting) > parking.MAXIMUM_KEYS:\n",
        new="            if False:\n",
        tests=(_PARKING,),
    ),
    Mechanism(
        name="a discarded version counts as seen",
        file="shared/mending.py",
        old="if event.version > before.get(event.stream, 0):",
        new="if False:",
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
        name="a policy that is asked about many sees nothing later of a cause's key",
        file="shared/intake.py",
        old="        if event.key in causes:\n",
        new="        if False:\n",
        tests=(_CONSUMING,),
    ),
    Mechanism(
        name="a policy that may depend on anything is asked before anything later is written",
        file="shared/intake.py",
        old="if any(policy.react is not None for policy in policies):",
        new="if False:",
        tests=(_CONSUMING,),
    ),
    Mechanism(
        name="a follow-up has an id derived from its cause",
        file="shared/intake.py",
        old="event_id=event_id, context=context",
        new="event_id=ids.new_id(), context=context",
        tests=(_CONSUMING,),
    ),
    Mechanism(
        name="a refused follow-up is recorded",
        file="shared/intake.py",
        old="            refused.add((policy.asks, reaction.stream))\n            refusals.record(",
        new="            str(refusal) or refusals.record(",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="a follow-up that goes through leaves the office's list",
        file="shared/intake.py",
        old="    if through:\n        because",
        new="    if not asked:\n        because",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="another incarnation of a topic is read from its beginning",
        file="shared/consuming.py",
        old="if position.topic_id != identity:",
        new="if False:",
        tests=(_POSITIONS,),
    ),
    Mechanism(
        name="a position behind the end of its topic stops the consumer",
        file="shared/consuming.py",
        old="if held[place].next_offset > end:",
        new="if False:",
        tests=(_POSITIONS,),
    ),
    Mechanism(
        name="what a date brings is written once",
        file="shared/scheduling.py",
        old="handled = transaction.handle(*asked, event_id=event_id)",
        new="handled = transaction.handle(*asked)",
        tests=("tests/integration/test_scheduling.py",),
    ),
    Mechanism(
        name="a rebuild begins by holding the writers for the rest",
        file="shared/rebuilding.py",
        old="        count = _fold(connection, models, build, source.rest(connection))\n",
        new="        count = 0\n",
        tests=(_BESIDE, "tests/integration/test_rebuilding.py"),
    ),
    Mechanism(
        name="a new build is fed as soon as it is ready",
        file="shared/rebuilding.py",
        old="        builds.make_ready(connection, source.name, build)\n",
        new="",
        tests=(_BESIDE, "tests/integration/test_rebuilding.py"),
    ),
    Mechanism(
        name="one process rebuilds at a time",
        file="shared/locks.py",
        old="fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        new="pass",
        tests=(_BESIDE,),
    ),
    Mechanism(
        name="what is parked stays out of a rebuild",
        file="shared/replaying.py",
        old="if (record.topic, record.partition, record.offset) in self._left_out:",
        new="if False:",
        tests=("tests/integration/test_rebuilding.py",),
    ),
    Mechanism(
        name="a rebuild counts a repeat once",
        file="shared/replaying.py",
        old="if event.version <= self._seen.get(event.stream, 0):",
        new="if False:",
        tests=("tests/integration/test_rebuilding.py",),
    ),
    Mechanism(
        name="a read model of another shape is not written",
        file="shared/rows.py",
        old='if states.get("live") != shape:',
        new='if "live" not in states:',
        tests=("tests/integration/test_rebuilding_new_shapes.py",),
    ),
    Mechanism(
        name="what was known at a moment leaves out what was recorded later",
        file="shared/reading.py",
        old='"recorded_at <= ?": until',
        new='"recorded_at <= ?": None',
        tests=("tests/integration/test_event_store.py",),
    ),
    Mechanism(
        name="two workers share the partitions",
        file="shared/leases.py",
        old="    if mine[share:]:\n",
        new="    if False:\n",
        tests=("tests/integration/test_leases.py",),
    ),
    Mechanism(
        name="an old shape of an event is read as the newer one",
        file="shared/cloudevents.py",
        old="        type_name, current = upcast(type_name, old.current)\n",
        new="        current = old.current\n",
        tests=("tests/unit/shared/test_cloudevents.py",),
    ),
    Mechanism(
        name="data that does not fit its type is refused",
        file="shared/cloudevents.py",
        old="if content.version != version:",
        new="if False:",
        tests=("tests/unit/shared/test_cloudevents.py",),
    ),
    Mechanism(
        name="the feed gives a place once",
        file="services/notifications/feed/projection.py",
        old="if record.event_id not in known and record.event_id not in rows:",
        new="if record.event_id not in rows:",
        tests=("tests/unit/notifications/test_feed.py",),
    ),
    Mechanism(
        name="places in the feed become visible in their order",
        file="services/notifications/feed/projection.py",
        old="select(feed_head.c.position).with_for_update()",
        new="select(feed_head.c.position)",
        tests=("tests/integration/test_feed_order.py",),
        servers=True,
    ),
    Mechanism(
        name="a chain of digests waits where a number is missing",
        file="services/notifications/digests/projection.py",
        old="if row.sequence > end.number + 1 or row.document is None:",
        new="if row.document is None:",
        tests=("tests/unit/notifications/test_digests.py",),
    ),
)
