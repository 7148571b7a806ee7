"""Recording and publishing: events are stored once, numbered once, and sent as they were numbered."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_STORE = "tests/integration/test_event_store.py"
_PUBLISHING = "tests/integration/test_publishing.py"

MECHANISMS = (
    Mechanism(
        name="a command on an older version is refused",
        file="shared/transactions.py",
        old="if expected_version is not None and snapshot.version != expected_version:",
        new="if False:",
        tests=(_STORE,),
    ),
    Mechanism(
        name="of two who append the same version one is told of a conflict",
        file="shared/transactions.py",
        old="except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation) as error:",
        new="except sqlite3.IntegrityError as error:",
        tests=(f"{_STORE}::test_of_fifty_commands_on_one_version_one_succeeds[postgresql]",),
        servers=True,
    ),
    Mechanism(
        name="one version of a stream is unique",
        file="shared/tables.py",
        old='    UniqueConstraint("stream", "version", name="events_stream_version"),\n',
        new="",
        tests=(f"{_STORE}::test_of_fifty_commands_on_one_version_one_succeeds[postgresql]",),
        servers=True,
    ),
    Mechanism(
        name="what must happen once is known by its derived id",
        file="shared/transactions.py",
        old="if event_id is not None and self._exists(event_id):",
        new="if False:",
        tests=(_STORE, "tests/integration/test_scheduling.py"),
    ),
    Mechanism(
        name="events and numbers are only ever inserted",
        file="shared/migrations/versions/core_0001.py",
        old='_INSERT_ONLY = ("events", "publications")',
        new="_INSERT_ONLY = ()",
        tests=(_STORE,),
    ),
    Mechanism(
        name="an event too large to publish is refused before it is stored",
        file="shared/transactions.py",
        old="            cloudevents.check_size(event, self._ground.source)\n",
        new="            pass\n",
        tests=(_STORE,),
    ),
    Mechanism(
        name="own read models are written in the transaction of the append",
        file="shared/eventstore.py",
        old="            transaction.flush()\n",
        new="",
        tests=(_STORE,),
    ),
    Mechanism(
        name="who lost a race tries again",
        file="shared/eventstore.py",
        old="return self.retried(attempt) if expected_version is None else attempt()",
        new="return attempt()",
        tests=(_STORE, "tests/integration/test_one_membership_at_a_time.py"),
        servers=True,
    ),
    Mechanism(
        name="every event waits for its number",
        file="shared/migrations/versions/core_0001.py",
        old='"BEGIN INSERT INTO unnumbered (position) VALUES (NEW.position); END"',
        new='"BEGIN SELECT 1; END"',
        tests=(_PUBLISHING,),
    ),
    Mechanism(
        name="only one process publishes",
        file="shared/publishing.py",
        old="fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        new="pass",
        tests=(_PUBLISHING,),
    ),
    Mechanism(
        name="only one process publishes from PostgreSQL",
        file="shared/publishing.py",
        old="yield connection if got else None",
        new="yield connection",
        tests=(f"{_PUBLISHING}::test_only_one_publisher_holds_the_lock[postgresql]",),
        servers=True,
    ),
    Mechanism(
        name="numbers go on after the last one",
        file="shared/publishing.py",
        old='{"sequence": last + number, "position": position}',
        new='{"sequence": last + number + 1, "position": position}',
        tests=(_PUBLISHING,),
    ),
    Mechanism(
        name="numbers are committed before anything is sent",
        file="shared/publishing.py",
        old="batch = self._numbered(locked) or self._number(locked)",
        new="batch = self._number(locked)",
        tests=(_PUBLISHING,),
    ),
    Mechanism(
        name="a number leaves the list of what waits",
        file="shared/publishing.py",
        old="locked.execute(delete(unnumbered).where(unnumbered.c.position.in_(positions)))",
        new="pass",
        tests=(_PUBLISHING,),
    ),
    Mechanism(
        name="what was acknowledged is not sent again",
        file="shared/publishing.py",
        old="locked.execute(update(publisher).values(sent=batch[-1][0]))",
        new="pass",
        tests=(_PUBLISHING, "tests/integration/test_vouching.py"),
    ),
    Mechanism(
        name="the stored text goes out as it stands",
        file="shared/publishing.py",
        old="source=store.source, data=row[reading.DATA])",
        new="source=store.source)",
        tests=(_PUBLISHING,),
    ),
    Mechanism(
        name="records of a key lie in one partition",
        file="shared/log/embedded.py",
        old="partition = zlib.crc32(key.encode()) % PARTITIONS",
        new="partition = len(rows) % PARTITIONS",
        tests=("tests/integration/test_log.py",),
    ),
    Mechanism(
        name="a topic with other partitions is refused",
        file="shared/log/embedded.py",
        old="if row[1] != PARTITIONS:",
        new="if False:",
        tests=("tests/integration/test_log.py",),
    ),
    Mechanism(
        name="a topic that is not kept for ever is refused",
        file="shared/log/kafka.py",
        old="if settings.get(name) != _KEPT_FOR_EVER[name]:",
        new="if False:",
        tests=("tests/integration/test_log.py",),
        servers=True,
    ),
    Mechanism(
        name="a send that failed is not taken for acknowledged",
        file="shared/log/kafka.py",
        old="                future.get(timeout=_DELIVERY_MS / 1000)",
        new="                pass",
        tests=("tests/integration/test_log.py", "tests/integration/test_publishing.py"),
        servers=True,
    ),
)
