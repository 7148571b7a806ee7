"""The tables that every service has: its events, their numbering, and where it stands.

Moments are RFC 3339 text of fixed width (see `shared.clock.moment`), so that both databases
keep and compare them alike.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_counted = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts only INTEGER keys itself

events = Table(
    "events",
    metadata,
    Column("position", _counted, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("stream", Text, nullable=False),
    Column("version", Integer, CheckConstraint("version > 0"), nullable=False),
    Column("key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("example", Boolean, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("stream", "version", name="events_stream_version"),
    Index("events_key", "key", "position"),
    sqlite_autoincrement=True,
)
"""What this service decided: the truth. Only ever inserted into; the database refuses the rest."""

unnumbered = Table(
    "unnumbered", metadata, Column("position", BigInteger, primary_key=True, autoincrement=False)
)
"""Committed events that the publisher has not numbered yet; a trigger on `events` fills it."""

publications = Table(
    "publications",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False, unique=True),
)
"""The order in which the world sees the events, without gaps. Only ever inserted into."""

publisher = Table(
    "publisher",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sent", BigInteger, nullable=False),
    Column("topic_id", Text),
)
"""One row: up to which sequence the log has acknowledged, in which incarnation of the topic (None: not known)."""

owner = Table(
    "owner",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("service", Text, nullable=False),
    Column("source", Text, nullable=False),
)
"""One row: the service whose database this is, so that another one does not take it for its own."""

halts = Table(
    "halts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("since", Text, nullable=False),
)
"""At most one row: why nothing may be recorded here until somebody has decided how to go on."""

recoveries = Table(
    "recoveries",
    metadata,
    Column("number", _counted, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
"""What an operator did to mend a database or a topic, and why; `detail` is JSON. Only ever inserted into."""

answered = Table(
    "answered",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
"""Up to which number policies had answered each key before this database was restored from the log."""

consumer_positions = Table(
    "consumer_positions",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("service", Text, nullable=False),
    Column("topic_id", Text, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("moved_at", Text, nullable=False),
)
"""Where each consumer stands, moved by compare-and-set in the transaction of the effect."""

stream_progress = Table(
    "stream_progress",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)
"""Which version of each foreign stream a consumer has taken in (the guard against holes)."""

leases = Table(
    "leases",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Text, nullable=False),
)
"""Which worker reads which partition; a courtesy that saves work, the positions are the guard."""

parked = Table(
    "parked",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("topic_id", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("record_offset", BigInteger, primary_key=True),
    Column("key", Text, nullable=False),
    Column("value", LargeBinary),
    Column("event_id", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", Text, nullable=False),
    Column("settled_by", Text),
    Column("settled_because", Text),
    Index("parked_key", "consumer", "key", "state"),
)
"""Records that could not be taken in (`parked`) with their followers (`blocked`), and what was given up.

A place is one of an incarnation of the topic: in the next one something else lies there.
"""

refusals = Table(
    "refusals",
    metadata,
    Column("refusal_id", Text, primary_key=True),
    Column("follow_up", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("nb", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("refused_at", Text, nullable=False),
    Column("last_cause", Text, nullable=False),
    Column("last_refused_at", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("lasts", Boolean, nullable=False),
    Column("settled_at", Text),
    Column("settled_by", Text),
    Column("settled_because", Text),
)
"""Commands of policies and of the schedule that a rule refused: the office's list.

`cause` and `refused_at` are of the first time, `code` and texts of the last. `lasts` until the
follow-up goes through, also where somebody has settled the case by hand before.
"""

Index(
    "refusals_one_lasting",
    refusals.c.follow_up,
    refusals.c.stream,
    unique=True,
    postgresql_where=refusals.c.lasts,
    sqlite_where=refusals.c.lasts,
)

builds = Table(
    "builds",
    metadata,
    Column("model", Text, primary_key=True),
    Column("build", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("shape", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("live_at", Text),
    Index("builds_source", "source", "state"),
)
"""The tables of each read model and what feeds them; of each model one build is `live`."""

Index(
    "builds_one_live",
    builds.c.model,
    unique=True,
    postgresql_where=builds.c.state == "live",
    sqlite_where=builds.c.state == "live",
)

receipts = Table(
    "receipts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
"""Answers given to requests with an `Idempotency-Key`, written with the request's effect."""

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("part", Text, primary_key=True),
    Column("owner", Text, primary_key=True),
    Column("beat_at", Text, nullable=False),
    Column("trouble", Text),
)
"""What each running part of the worker last said of itself; `trouble` is None when all is well."""
