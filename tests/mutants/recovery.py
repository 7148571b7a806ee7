"""Lost parts: noticed before harm is done, brought back as they were, and nothing mixed."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_VOUCHING = "tests/integration/test_vouching.py"
_HALTED = "tests/integration/test_halted.py"
_RESTORING = "tests/integration/test_restoring.py"
_REFUSED = "tests/integration/test_restoring_refused.py"
_RECONCILING = "tests/integration/test_reconciling.py"
_REFILLING = "tests/integration/test_refilling.py"
_RECOVERIES = "tests/integration/test_recoveries.py"
_TABLES = "tests/integration/test_table_checks.py"
_TOPICS = "tests/integration/test_topic_checks.py"

MECHANISMS = (
    Mechanism(
        name="a topic that is ahead of its database is a fork",
        file="shared/vouching.py",
        old="if ours == event_id or event_id in notes.noted(",
        new="if ours != 0 or event_id in notes.noted(",
        tests=(_VOUCHING,),
    ),
    Mechanism(
        name="a fork halts recording",
        file="shared/vouching.py",
        old="            halting.halt(connection, fork.code, str(fork))\n",
        new="            pass\n",
        tests=(_VOUCHING,),
    ),
    Mechanism(
        name="who would record asks whether recording is halted",
        file="shared/web/commands.py",
        old="    store().check_halted()\n",
        new="",
        tests=(_VOUCHING, "tests/unit/shared/web"),
    ),
    Mechanism(
        name="nothing is taken in while recording is halted",
        file="shared/positions.py",
        old='    " AND NOT EXISTS (SELECT 1 FROM halts)"\n',
        new="",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="nothing that is due is written while recording is halted",
        file="shared/scheduling.py",
        old="                halting.check(transaction.connection)\n",
        new="",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="who lost the database doubts that it is the same",
        file="shared/consuming.py",
        old="                self._vouched.doubt()\n",
        new="                pass\n",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="a doubt is answered by a later look alone",
        file="shared/vouching.py",
        old="self._answered = max(self._answered, doubts)",
        new="self._answered = max(self._doubts, doubts)",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="a recreated topic is noticed",
        file="shared/vouching.py",
        old="if sent and known is not None and known != identity:",
        new="if False:",
        tests=(_VOUCHING,),
    ),
    Mechanism(
        name="a shortened topic is noticed at its end",
        file="shared/vouching.py",
        old="    if highest < sent:\n        message = (",
        new="    if False:\n        message = (",
        tests=(_VOUCHING,),
    ),
    Mechanism(
        name="a topic that lost its beginning is noticed",
        file="shared/vouching.py",
        old="        if begin > 0:\n",
        new="        if False:\n",
        tests=(_VOUCHING,),
        servers=True,
    ),
    Mechanism(
        name="a database knows whose it is",
        file="shared/owning.py",
        old="if row is not None and (row.service, row.source) != (service, source):",
        new="if False:",
        tests=(_VOUCHING,),
    ),
    Mechanism(
        name="a database that is not empty is not restored over",
        file="shared/restoring.py",
        old="        if count:\n",
        new="        if False:\n",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="a missing number is given up only when somebody says so",
        file="shared/restoring.py",
        old="if told.missing and not accept_missing:",
        new="if False:",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="a record that is no event stops a restore",
        file="shared/restoring.py",
        old="                raise unusable(found.record, found.why)\n",
        new="                pass\n",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="a stream with a hole is not restored",
        file="shared/takingback.py",
        old="        if entry.version != expected:\n",
        new="        if False:\n",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="a document that contradicts an earlier one stops a restore",
        file="shared/takingback.py",
        old="            self._check_repeat(entry)\n",
        new="",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="what is restored would be published with the same bytes",
        file="shared/takingback.py",
        old="if row is None or self._published(row, decoded.sequence) != value:",
        new="if row is None:",
        tests=(_REFUSED,),
    ),
    Mechanism(
        name="the publisher goes on after what was restored",
        file="shared/takingback.py",
        old="values(sent=self.told.last, topic_id=log.identity(topic))",
        new="values(topic_id=log.identity(topic))",
        tests=(_RESTORING,),
    ),
    Mechanism(
        name="after a restore policies stay silent about what they had answered",
        file="shared/intake.py",
        old="if policies and (event.sequence or 0) <= answered().get(event.key, -1):",
        new="if False:",
        tests=(_RESTORING,),
    ),
    Mechanism(
        name="nobody publishes while something is mended",
        file="shared/recoveries.py",
        old="            if mine is not None:\n",
        new="            if True:\n",
        tests=(_RECOVERIES,),
    ),
    Mechanism(
        name="a log may take long to read while it is taken back",
        file="shared/recoveries.py",
        old='        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))\n',
        new="",
        tests=(_RECOVERIES,),
        servers=True,
    ),
    Mechanism(
        name="two histories under one number are not mixed",
        file="shared/reconciling.py",
        old='if pair.difference in ("other-event", "other-bytes"):',
        new="if False:",
        tests=(_RECONCILING,),
    ),
    Mechanism(
        name="a version that was recorded anew is not taken back",
        file="shared/reconciling.py",
        old="    if found is not None:\n",
        new="    if False:\n",
        tests=(_RECONCILING,),
    ),
    Mechanism(
        name="a repeat of what is being taken back is no contradiction",
        file="shared/reconciling.py",
        old="if pair.topic.sequence > work.told.last:",
        new="if True:",
        tests=(_RECONCILING,),
    ),
    Mechanism(
        name="foreign events in a stream of ours are not disowned",
        file="shared/reconciling.py",
        old="if connection.execute(known).first() is not None:",
        new="if False:",
        tests=(_RECONCILING,),
    ),
    Mechanism(
        name="a topic that says otherwise is not refilled",
        file="shared/refilling.py",
        old='if difference in ("not-in-table", "other-event", "other-bytes"):',
        new="if False:",
        tests=(_REFILLING,),
    ),
    Mechanism(
        name="a refill puts nothing behind later events of its key",
        file="shared/refilling.py",
        old="            if pair.table.key in behind:\n",
        new="            if False:\n",
        tests=(_REFILLING,),
    ),
    Mechanism(
        name="what came between two looks is looked at again",
        file="shared/sidebyside.py",
        old="what came meanwhile stands in both\n            yield Pair(_numbered(store, found.sequence), found)",
        new="what came meanwhile stands in both\n            yield Pair(None, found)",
        tests=(_TOPICS,),
    ),
    Mechanism(
        name="what is numbered and not acknowledged may be missing on the topic",
        file="shared/sidebyside.py",
        old="return (pair.number or 0) <= sent",
        new="return True",
        tests=(_TOPICS, _RECONCILING),
    ),
    Mechanism(
        name="other bytes under one number are found",
        file="shared/sidebyside.py",
        old='return None if self.topic.record.value == self.table.document else "other-bytes"',
        new="return None",
        tests=(_TOPICS,),
    ),
    Mechanism(
        name="a record that was passed over in silence is found",
        file="shared/topicchecks.py",
        old="        if isinstance(found, Stray):\n",
        new="        if isinstance(found, Stray) and not name:\n",
        tests=(_TOPICS,),
    ),
    Mechanism(
        name="an event that was not taken in is found",
        file="shared/topicchecks.py",
        old="if found.version > self._progress.get(found.stream, 0):",
        new="if False:",
        tests=(_TOPICS,),
    ),
    Mechanism(
        name="a number without an event is found",
        file="shared/tablechecks.py",
        old=".where(events.c.position.is_(None))",
        new=".where(events.c.position.is_(None), events.c.position == 0)",
        tests=(_TABLES,),
    ),
    Mechanism(
        name="an event that never gets a number is found",
        file="shared/tablechecks.py",
        old="publications.c.position.is_(None), unnumbered.c.position.is_(None))",
        new="publications.c.position.is_(None), unnumbered.c.position == 0)",
        tests=(_TABLES,),
    ),
)
