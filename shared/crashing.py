"""Places where a process can be made to die between two effects, to show that nothing is lost there.

`SAMVIRKE_CRASHPOINT=publisher.after_ack:3` ends the process the third time it gets there, as
`kill -9` would. Unless that is asked for, a crash point is one look at a variable.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping

from shared.settings import BadSettingError

SETTING = "SAMVIRKE_CRASHPOINT"
STATUS = 137
"""The exit status of a process that died here: what a shell reports after `kill -9`."""

POINTS = {
    "append.inserted": "events are inserted, the transaction is open",
    "receipt.kept": "the answer is stored with its effect, the transaction is open",
    "transaction.before_commit": "everything is written, nothing is committed",
    "transaction.committed": "it is committed; nobody was told: no bell, no answer",
    "publisher.numbered": "numbers are inserted in SQLite, the transaction is open",
    "publisher.numbers_committed": "numbers are committed, nothing is sent",
    "publisher.after_ack": "the log has acknowledged, the database does not know",
    "publisher.sent_kept": "the database knows what the log has acknowledged",
    "log.appended": "records are in the embedded log's file, its transaction is open",
    "consumer.claimed": "partitions are leased, nothing is read",
    "consumer.polled": "records are read, nothing is done with them",
    "consumer.position_moved": "the position is moved, its effect is missing",
    "consumer.parked": "a bad record is set aside, the transaction is open",
    "consumer.rows_written": "read models are written, the transaction is open",
    "consumer.taken": "the effect is committed; who reads on does not know the new position",
    "policy.reacted": "a policy's command is carried out, the transaction is open",
    "schedule.looked": "what is due is known, nothing of it is written",
    "schedule.written": "something due is written, the rest is not",
    "rebuild.created": "empty tables of a new build are there",
    "rebuild.folded": "a part of the events is in the new build",
    "rebuild.before_take_over": "the new build is whole and compared, readers see the old one",
    "rebuild.taken_over": "readers see the new build, nobody was told",
    "migrate.upgraded": "tables have the new shape, the transaction is open",
    "restore.written": "events are back in the table, the transaction is open",
    "restore.finished": "read models and positions are back too, nothing is committed",
    "restore.committed": "the database is back; nobody was told",
    "refill.sent": "events are on the topic again, the database does not know that it is another topic",
    "mending.released": "a parked record is off the list, its effect is missing",
}
"""Every crash point by name, with what is done and what is not when the process dies there."""

_wanted: str | None = None
_left = 0
_counting = threading.Lock()


def crashpoint(name: str) -> None:
    """Die here if that was asked for; `name` is one of `POINTS`."""
    if _wanted is not None:
        _arrive(name)


def arm(environment: Mapping[str, str] = os.environ) -> None:
    """Take note of what `SAMVIRKE_CRASHPOINT` asks for; raises `BadSettingError` on an unknown name."""
    global _wanted, _left  # noqa: PLW0603  # one look at a global is all that a crash point may cost
    asked = environment.get(SETTING)
    if not asked:
        _wanted = None
        return
    name, _, turn = asked.partition(":")
    if name not in POINTS:
        message = f"{SETTING}: there is no crash point {name!r}; there are {', '.join(POINTS)}."
        raise BadSettingError(message)
    if not (turn or "1").isdecimal() or int(turn or "1") < 1:
        message = f"{SETTING}: what follows the colon counts arrivals from 1 on, not {turn!r}."
        raise BadSettingError(message)
    _wanted, _left = name, int(turn or "1")


def _arrive(name: str) -> None:
    global _left  # noqa: PLW0603  # as in `arm`
    if name != _wanted:
        return
    with _counting:
        _left -= 1
        if _left == 0:
            os._exit(STATUS)
