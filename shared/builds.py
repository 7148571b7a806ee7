"""Builds of read models: tables named `model__n`, and views that show the live one of each.

A model is fed in one transaction with its events, into every build that must not fall behind:
the live one, the former one that readers can be led back to, and a ready one that shall take over.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Index, MetaData, Table, func, insert, inspect, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from shared import clock
from shared.database import Dialect, placeholders
from shared.readmodels import Projection
from shared.tables import builds

FED = ("ready", "live", "former")
"""States of builds that every append feeds; `building` ones are filled by a rebuild alone."""

_HELD = 0.5
"""Seconds within which a take-over must have all views; PostgreSQL looks for deadlocks after one."""


class BuildLostError(Exception):
    """A build that was to take over is no longer what it was: another rebuild has cleared it."""


def physical_name(projection: Projection, build: int) -> str:
    """The table of `projection` in one build."""
    return f"{projection.name}__{build}"


def shape_of(projection: Projection) -> str:
    """A fingerprint of the table: another one means that the model must be built anew."""
    return _fingerprint(projection.table)


def fed(cursor: Any, dialect: Dialect, source: str) -> dict[str, list[tuple[int, str, str]]]:
    """Number, shape and state of every build that events of `source` must be folded into, by model.

    Asked at the driver, for every command asks.
    """
    marks = ", ".join("?" for _ in FED)
    sql = f"SELECT model, build, shape, state FROM builds WHERE source = ? AND state IN ({marks})"
    cursor.execute(placeholders(sql, dialect), (source, *FED))
    found: dict[str, list[tuple[int, str, str]]] = {}
    for model, build, shape, state in cursor.fetchall():
        found.setdefault(model, []).append((build, shape, state))
    return found


def build_of(connection: Connection, model: str, state: str) -> int | None:
    """The number of the build of `model` in a state of which there is at most one (`live`, `former`)."""
    query = select(builds.c.build).where(builds.c.model == model, builds.c.state == state)
    return connection.execute(query).scalar_one_or_none()


def is_current(connection: Connection, projection: Projection) -> bool:
    """Whether readers see a table of `projection` as this code writes it."""
    query = select(builds.c.build, builds.c.shape).where(
        builds.c.model == projection.name, builds.c.state == "live"
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.shape != shape_of(projection):
        return False
    return inspect(connection).has_table(physical_name(projection, row.build))


def create_build(connection: Connection, source: str, projections: Sequence[Projection]) -> int:
    """Empty tables of one number for `projections`, all fed by `source`; nothing shows them yet."""
    models = [projection.name for projection in projections]
    highest = connection.execute(select(func.max(builds.c.build)).where(builds.c.model.in_(models))).scalar()
    number = (highest or 0) + 1
    for projection in projections:
        physical_table(projection, number).create(connection)
        connection.execute(
            insert(builds).values(
                model=projection.name,
                build=number,
                source=source,
                state="building",
                shape=shape_of(projection),
                started_at=clock.moment(clock.now()),
                live_at=None,
            )
        )
    return number


def make_ready(connection: Connection, source: str, number: int) -> None:
    """From the end of this transaction on, appends feed build `number` as well."""
    _set(connection, (builds.c.source == source, builds.c.build == number), "building", "ready")


def promote(connection: Connection, source: str, number: int, order: list[str] | None = None) -> None:
    """Let readers see build `number`; `order` as in `_show`.

    The one they saw is kept as the former one where the same code can feed both; else it is
    retired, and so is what was the former one. Raises BuildLostError.
    """
    query = select(builds.c.model, builds.c.shape).where(
        builds.c.source == source, builds.c.build == number, builds.c.state.in_(("building", "ready"))
    )
    shapes: dict[str, str] = {row.model: row.shape for row in connection.execute(query)}
    if not shapes:
        message = f"Build {number} of {source} was given up meanwhile."
        raise BuildLostError(message)
    retire(connection, source, shapes, ("former",))
    for model, shape in shapes.items():
        _set_aside(connection, model, source, shape)
    _show(connection, dict.fromkeys(shapes, number), order)


def go_back(connection: Connection, models: Collection[str], order: list[str] | None = None) -> None:
    """Let readers see the former builds of `models` again; what they saw becomes the former one."""
    former = {model: _expect(connection, model, "former") for model in models}
    live = {model: _expect(connection, model, "live") for model in models}
    for model, number in live.items():
        _set(connection, (builds.c.model == model, builds.c.build == number), "live", "ready")
    _show(connection, former, order)
    for model, number in live.items():
        _set(connection, (builds.c.model == model, builds.c.build == number), "ready", "former")


def retire(connection: Connection, source: str, models: Collection[str], states: Sequence[str]) -> None:
    """Feed the builds of `models` in these states no longer; `drop_retired` removes their tables."""
    which = (builds.c.source == source, builds.c.model.in_(list(models)), builds.c.state.in_(states))
    connection.execute(update(builds).where(*which).values(state="retired"))


def in_states(connection: Connection, source: str, states: Sequence[str]) -> set[str]:
    """The models of `source` that have a build in one of these states."""
    query = select(builds.c.model).where(builds.c.source == source, builds.c.state.in_(states))
    return set(connection.execute(query).scalars())


def former_since(connection: Connection, source: str, oldest: str) -> set[str]:
    """The models of `source` whose former build has been that since before `oldest`."""
    query = select(builds.c.model).where(
        builds.c.source == source, builds.c.state == "live", builds.c.live_at < oldest
    )
    return set(connection.execute(query).scalars()) & in_states(connection, source, ("former",))


def drop_retired(connection: Connection, source: str) -> None:
    """Remove the tables of retired builds. Nobody may be feeding `source` at the same time."""
    query = select(builds.c.model, builds.c.build).where(
        builds.c.source == source, builds.c.state == "retired"
    )
    there = set(inspect(connection).get_table_names())
    for model, number in connection.execute(query).all():
        if f"{model}__{number}" in there:
            connection.exec_driver_sql(f'DROP TABLE "{model}__{number}"')


def physical_table(projection: Projection, number: int) -> Table:
    """The table of one build as SQLAlchemy knows it, indexes included."""
    table = projection.table.to_metadata(MetaData(), name=physical_name(projection, number))
    for index in list(table.indexes):
        table.indexes.discard(index)
        Index(f"{index.name}__{number}", *index.columns)
    return table


@functools.cache
def _fingerprint(table: Table) -> str:
    return hashlib.sha256(str(CreateTable(table)).encode()).hexdigest()


def _set_aside(connection: Connection, model: str, source: str, shape: str) -> None:
    """What is live makes room: as the former build if this code can go on feeding it."""
    row = connection.execute(
        select(builds).where(builds.c.model == model, builds.c.state == "live")
    ).one_or_none()
    if row is None:
        return
    there = inspect(connection).has_table(f"{model}__{row.build}")
    whole = there and row.shape == shape and row.source == source
    if not whole:
        connection.exec_driver_sql(f'DROP VIEW IF EXISTS "{model}"')
    aside = (builds.c.model == model, builds.c.build == row.build)
    _set(connection, aside, "live", "former" if whole else "retired")


def _show(connection: Connection, numbers: Mapping[str, int], order: list[str] | None = None) -> None:
    """Point the views at these builds. Where one can be replaced, rights granted on it stay.

    PostgreSQL's readers lock a view until their transaction ends. `order` is the order in which
    they are replaced; one that could not be had in time comes to its front, so that the next
    attempt follows the order in which readers go from view to view, and meets none half-way.
    From the first one had, all must be had within `_HELD`: else a reader who holds one and
    waits for another would be what PostgreSQL ends as a deadlock.
    """
    first: float | None = None
    order = [] if order is None else order
    order += [model for model in numbers if model not in order]
    for model in order:
        target = f'VIEW "{model}" AS SELECT * FROM "{model}__{numbers[model]}"'
        if connection.dialect.name == "postgresql":
            if first is not None:
                left = max(1, int((first + _HELD - time.monotonic()) * 1000))
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {left}")
            try:
                connection.exec_driver_sql(f"CREATE OR REPLACE {target}")
                first = first or time.monotonic()
            except OperationalError:
                order.insert(0, order.pop(order.index(model)))
                raise
        else:
            connection.exec_driver_sql(f'DROP VIEW IF EXISTS "{model}"')
            connection.exec_driver_sql(f"CREATE {target}")
        connection.execute(
            update(builds)
            .where(builds.c.model == model, builds.c.build == numbers[model])
            .values(state="live", live_at=clock.moment(clock.real_now()))
        )


def _expect(connection: Connection, model: str, state: str) -> int:
    number = build_of(connection, model, state)
    if number is None:
        message = f"{model} has no {state} build."
        raise BuildLostError(message)
    return number


def _set(connection: Connection, which: Sequence[object], before: str, after: str) -> None:
    """Compare and set: raises BuildLostError where no such build is in the state `before`."""
    changed = connection.execute(
        update(builds).where(*which, builds.c.state == before).values(state=after)  # type: ignore[arg-type]
    )
    if not changed.rowcount:
        message = f"A build is no longer {before}: another rebuild has given it up."
        raise BuildLostError(message)
