"""The end of a process: who is woken, who is waited for, and who takes over."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_BELLS = "tests/integration/test_bells.py"
_LEASES = "tests/integration/test_leases.py"
_LONG_POLLS = "tests/integration/test_web_long_polls.py"
_STOPPING = "tests/integration/test_stopping.py"

MECHANISMS = (
    Mechanism(
        name="what a killed process held is free at once",
        file="shared/leases.py",
        old="free = or_(over, leases.c.owner.in_(gone))",
        new="free = over",
        tests=(_LEASES,),
    ),
    Mechanism(
        name="the dead have no share",
        file="shared/leases.py",
        old="workers = (workers - gone) | {owner}",
        new="workers = workers | {owner}",
        tests=(_LEASES,),
    ),
    Mechanism(
        name="a lock on a file says who lives",
        file="shared/presence.py",
        old="fcntl.flock(file, fcntl.LOCK_EX)",
        new="pass",
        tests=(_LEASES,),
    ),
    Mechanism(
        name="a file that was taken away before it was locked is made again",
        file="shared/presence.py",
        old="if os.path.samestat(path.stat(), os.fstat(file.fileno())):",
        new="if path.name:",
        tests=(_LEASES,),
    ),
    Mechanism(
        name="what killed workers have left beside the database is taken away",
        file="shared/presence.py",
        old="                self._forget_the_dead()\n",
        new="",
        tests=(_LEASES,),
    ),
    Mechanism(
        name="nobody rings for the dead for ever",
        file="shared/bells.py",
        old="            if not _alive(process):\n",
        new="            if False:\n",
        tests=(_BELLS,),
    ),
    Mechanism(
        name="an announcement takes no room on the disk",
        file="shared/bells.py",
        old="        self._file.touch()\n",
        new='        self._file.write_text(str(os.getpid()), encoding="ascii")\n',
        tests=(_BELLS,),
    ),
    Mechanism(
        name="a lock in PostgreSQL says who lives",
        file="shared/presence.py",
        old='self._connection.execute(_LOCK, {"space": _SPACE, "mark": _mark(self.name)})',
        new="pass",
        tests=(_LEASES,),
        servers=True,
    ),
    Mechanism(
        name="a lost lock is taken anew",
        file="shared/presence.py",
        old="        except SQLAlchemyError:\n            self.leave()\n",
        new="        except SQLAlchemyError:\n            return\n",
        tests=(f"{_LEASES}::test_a_lost_connection_is_made_anew[postgresql]",),
        servers=True,
    ),
    Mechanism(
        name="partitions are taken over before the next renewal",
        file="shared/consuming.py",
        old=" and not self._may_take_over()",
        new="",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="a stop wakes a publisher",
        file="shared/publishing.py",
        old="            stop.waking(listener.wake),\n",
        new="",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="a stop wakes a consumer",
        file="shared/consuming.py",
        old=", stop.waking(reader.wake):",
        new=":",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="a stop wakes who waits to be vouched for",
        file="shared/vouching.py",
        old="stop.waking(self._look_again)",
        new="stop.waking(lambda: None)",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="who comes to wait after the stop is woken too",
        file="shared/stopping.py",
        old="            if self.is_set():\n                wake()\n",
        new="",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="a transaction is waited for",
        file="shared/worker.py",
        old="time.monotonic() > enough and not self._store.database.is_at_work:",
        new="time.monotonic() > enough:",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="who waits for a log that is away is not waited for",
        file="shared/worker.py",
        old="if time.monotonic() > enough and",
        new="if False and",
        tests=(_STOPPING,),
    ),
    Mechanism(
        name="an end lets go who waits for news",
        file="shared/web/longpoll.py",
        old="        ear.ring()\n",
        new="        pass\n",
        tests=(_LONG_POLLS,),
    ),
    Mechanism(
        name="an end closes connections that are only kept open",
        file="deploy/samvirke/web_worker.py",
        old="                waiting.end()\n",
        new="                pass\n",
        tests=(_LONG_POLLS,),
    ),
    Mechanism(
        name="an end waits for who is being answered",
        file="deploy/samvirke/web_worker.py",
        old="while any(len(server.pool) for server in servers)",
        new="while False",
        tests=(_LONG_POLLS,),
    ),
    Mechanism(
        name="a client that found no broker ends",
        file="shared/log/kafka_clients.py",
        old="            one.close()",
        new="            pass",
        tests=("tests/integration/test_log_without_broker.py",),
    ),
)
