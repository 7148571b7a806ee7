"""What time brings: on each day, and soon after anything changes, write what is due."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

from shared import clock, halting, ids, refusals
from shared.crashing import crashpoint
from shared.errors import Conflict, Refused
from shared.eventstore import Store
from shared.messages import Context
from shared.reactions import Due, Rule
from shared.stopping import Stop
from shared.transactions import Handled

_TICK = 0.5
_LOOK_AGAIN = 60.0


class Schedule:
    """The rules of one service. Several workers may keep it: an event is written once."""

    def __init__(self, store: Store, rules: Sequence[Rule]) -> None:
        """`rules` come from the rooms; without any, the schedule only watches the day."""
        self._store = store
        self._rules = rules

    def run(self, stop: Stop) -> None:
        """Write what is due at every turn of the day, and once a minute, until `stop`."""
        looked_on: date | None = None
        looked_at = 0.0
        while not stop.is_set():
            today = clock.today()
            if self._rules and (today != looked_on or time.monotonic() - looked_at > _LOOK_AGAIN):
                self.write_due(today, stop)
                looked_on, looked_at = today, time.monotonic()
            stop.wait(_TICK)

    def write_due(self, today: date, stop: Stop | None = None) -> int:
        """Carry out everything that is due on `today`, or until `stop`; the count of what led to events."""
        written = 0
        for rule in self._rules:
            with self._store.reading() as connection:
                lasting = refusals.lasting(connection)
                due = [item for item in rule.due(connection, today) if item.on <= today]
            crashpoint("schedule.looked")
            self._let_go(rule, due, lasting)
            for item in due:
                if stop is not None and stop.is_set():
                    return written
                written += self._write(rule, item)
                crashpoint("schedule.written")
        return written

    def _write(self, rule: Rule, due: Due) -> bool:
        reaction = due.reaction
        event_id = ids.derived_id(reaction.stream, rule.name, due.on.isoformat())
        context = Context(actor=f"system/{rule.name}", correlation_id=event_id, example=due.example)
        asked = (reaction.decider, reaction.stream, reaction.command)

        def attempt() -> Handled:
            with self._store.transaction(context) as transaction:
                halting.check(transaction.connection)
                handled = transaction.handle(*asked, event_id=event_id)
                if handled.events:
                    refusals.overcome(
                        transaction.connection,
                        [(rule.asks, reaction.stream)],
                        actor=context.actor,
                        because="went through at a later attempt",
                    )
                return handled

        try:
            handled = self._store.retried(attempt)
        except Conflict:
            return False  # another worker writes the same, or the stream moves: looked at again in a minute
        except Refused as refusal:
            with self._store.transaction(context) as transaction:
                refusals.record(
                    transaction.connection,
                    (rule.asks, reaction.stream),
                    cause=event_id,
                    policy=rule.name,
                    key=reaction.decider.key(reaction.stream),
                    refusal=refusal,
                    by_date=True,
                )
            return False
        return bool(handled.events)

    def _let_go(self, rule: Rule, due: Sequence[Due], lasting: set[refusals.Asked]) -> None:
        """End the cases of what was refused, and is asked for no longer since its cause is mended."""
        if not rule.whole:
            return
        asked = {(rule.asks, item.reaction.stream) for item in due}
        mended = {case for case in lasting if case[0] == rule.asks} - asked
        if mended:
            with self._store.database.writing() as connection:
                actor, because = f"system/{rule.name}", "is asked for no longer"
                refusals.overcome(connection, mended, actor=actor, because=because)
