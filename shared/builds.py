"""Builds of read models: a set of tables per source, and views that show the live one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, Index, MetaData, Table, func, insert, select, update
from sqlalchemy.schema import CreateTable

from shared import clock
from shared.readmodels import Projection
from shared.tables import builds


def physical_name(projection: Projection, build: int) -> str:
    """The table of `projection` in one build."""
    return f"{projection.name}__{build}"


def shape_of(projections: Sequence[Projection]) -> str:
    """A fingerprint of the tables: another one means that the read models must be built anew."""
    drawn = "\n".join(sorted(str(CreateTable(projection.table)) for projection in projections))
    return hashlib.sha256(drawn.encode()).hexdigest()


def live_build(connection: Connection, source: str) -> int | None:
    """The number of the build that readers of `source` see, None before the first."""
    query = select(builds.c.build).where(builds.c.source == source, builds.c.state == "live")
    return connection.execute(query).scalar_one_or_none()


def is_current(connection: Connection, source: str, projections: Sequence[Projection]) -> bool:
    """Whether the live build has the tables that this code writes to."""
    query = select(builds.c.shape).where(builds.c.source == source, builds.c.state == "live")
    return connection.execute(query).scalar_one_or_none() == shape_of(projections)


def create_build(connection: Connection, source: str, projections: Sequence[Projection]) -> int:
    """Empty tables for a new build of `source`; nothing shows them yet."""
    highest = connection.execute(select(func.max(builds.c.build)).where(builds.c.source == source)).scalar()
    number = (highest or 0) + 1
    for projection in projections:
        physical_table(projection, number).create(connection)
    connection.execute(
        insert(builds).values(
            source=source,
            build=number,
            state="building",
            shape=shape_of(projections),
            views=" ".join(projection.name for projection in projections),
            started_at=clock.moment(clock.now()),
            live_at=None,
        )
    )
    return number


def promote(connection: Connection, source: str, number: int) -> None:
    """Let readers see build `number`; the one before it is retired and its tables go."""
    before = live_build(connection, source)
    if before is not None:
        _drop_views(connection, source, before)
    for view in _views(connection, source, number):
        connection.exec_driver_sql(f'CREATE VIEW "{view}" AS SELECT * FROM "{view}__{number}"')
    if before is not None:
        discard(connection, source, before)
    connection.execute(
        update(builds)
        .where(builds.c.source == source, builds.c.build == number)
        .values(state="live", live_at=clock.moment(clock.now()))
    )


def discard(connection: Connection, source: str, number: int) -> None:
    """Retire a build and drop its tables."""
    for view in _views(connection, source, number):
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{view}__{number}"')
    connection.execute(
        update(builds).where(builds.c.source == source, builds.c.build == number).values(state="retired")
    )


def physical_table(projection: Projection, number: int) -> Table:
    """The table of one build as SQLAlchemy knows it, indexes included."""
    table = projection.table.to_metadata(MetaData(), name=physical_name(projection, number))
    for index in list(table.indexes):
        table.indexes.discard(index)
        Index(f"{index.name}__{number}", *index.columns)
    return table


def _views(connection: Connection, source: str, number: int) -> list[str]:
    query = select(builds.c.views).where(builds.c.source == source, builds.c.build == number)
    listed: str = connection.execute(query).scalar_one()
    return listed.split()


def _drop_views(connection: Connection, source: str, number: int) -> None:
    for view in _views(connection, source, number):
        connection.exec_driver_sql(f'DROP VIEW IF EXISTS "{view}"')
