"""The peer's read model: each event is one commit of row and position."""

from __future__ import annotations

import time
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder
from psycopg.sql import SQL

from tests.bench.ground import driver_url
from tests.bench.peers import library

_TABLE = (
    "CREATE TABLE IF NOT EXISTS peer_figures (municipality_id text, as_of text, inhabitants bigint,"
    " source text, PRIMARY KEY (municipality_id, as_of))"
)
_SAVE = (
    "INSERT INTO peer_figures VALUES ({0}, {0}, {0}, {0}) ON CONFLICT (municipality_id, as_of)"
    " DO UPDATE SET inhabitants = excluded.inhabitants, source = excluded.source"
)


def _row(event: Any) -> tuple[Any, ...]:
    return str(event.originator_id), event.as_of, event.inhabitants, event.source


class PostgresView(PostgresTrackingRecorder):
    """The peer's rows on PostgreSQL."""

    def __init__(self, datastore: Any, **options: Any) -> None:
        """The library makes it."""
        super().__init__(datastore, **options)
        self.sql_create_statements.append(SQL(_TABLE).format())

    def save(self, event: Any, tracking: Tracking) -> None:
        """One row and the position."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_SAVE.format("%s"), _row(event), prepare=True)
            self._insert_tracking(cursor, tracking)


class SQLiteView(SQLiteTrackingRecorder):
    """The peer's rows on SQLite."""

    def construct_create_table_statements(self) -> list[str]:
        """The library asks for them."""
        return [*super().construct_create_table_statements(), _TABLE]

    def save(self, event: Any, tracking: Tracking) -> None:
        """One row and the position."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_SAVE.format("?"), _row(event))
            self._insert_tracking(cursor, tracking)

    def forget(self) -> None:
        """Begin from nothing."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("DELETE FROM peer_figures", ())
            cursor.execute("DELETE FROM tracking WHERE application_name = 'Application'", ())


class Figures(Projection[Any]):
    """What the peer's runner calls for every event."""

    name = "figures"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """See `Projection.process_event`."""
        self.view.save(domain_event, tracking)


class TimedFigures(Figures):
    """The same, and when each event's row was committed (`time.perf_counter`), by its number."""

    arrived: ClassVar[dict[int, float]] = {}

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """See `Projection.process_event`."""
        super().process_event(domain_event, tracking)
        self.arrived[tracking.notification_id] = time.perf_counter()


def runner(url: str, projection: type[Figures] = Figures) -> ProjectionRunner[Any, Any]:
    """The peer's runner on PostgreSQL, at work from now on; used by `with`."""
    return ProjectionRunner(
        application_class=Application,
        projection_class=projection,
        view_class=PostgresView,
        env=library.environment(url),
    )


def forget(url: str) -> None:
    """Take rows and position of the runner away, so that the next one begins from nothing."""
    with psycopg.connect(driver_url(url), autocommit=True) as connection:
        connection.execute("TRUNCATE peer_figures")
        # The library's own note about the shape of the table stays.
        connection.execute("DELETE FROM figures_tracking WHERE application_name = 'Application'")


def pull(peer: Application[UUID], view: SQLiteView) -> None:
    """What the peer's follower does on SQLite, for which it has no subscription."""
    after = view.max_tracking_id(peer.name) or 0
    while notifications := peer.recorder.select_notifications(after + 1, 100):
        for notification in notifications:
            view.save(peer.mapper.to_domain_event(notification), Tracking(peer.name, notification.id))
        after = notifications[-1].id
