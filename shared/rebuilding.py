"""Build read models anew beside the live ones, compare row by row, take over, and go back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from shared import builds, clock
from shared.comparing import Comparison, Difference, compare
from shared.consumers import Consumer
from shared.crashing import crashpoint
from shared.database import Database, cursor_of
from shared.eventstore import Store
from shared.locks import BusyError, alone, patiently
from shared.log import Log
from shared.readmodels import Projection
from shared.replaying import Batches, MendedMeanwhileError, OwnEvents, Source, TakenIn
from shared.rows import buffers, fold_into

KEPT = timedelta(days=1)
"""How long a former build is fed, so that readers can be led back to it."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and out of how much (0: not countable)."""

_TASK, _LOCK = "rebuild", 7318349394477058
_ATTEMPTS = 3
_UNTIL_THE_OTHER_ENDS = 600.0
_LEFT_OVER = ("building", "ready")


@dataclass(kw_only=True)
class Report:
    """What a rebuild of one source found. A model whose table got another shape is not compared."""

    service: str
    source: str
    events: int = 0
    models: list[Comparison] = field(default_factory=list)
    promoted: bool = False

    @property
    def equal(self) -> int:
        """Rows that are the same."""
        return sum(model.equal for model in self.models)

    @property
    def differences(self) -> list[Difference]:
        """Every row that is not."""
        return [difference for model in self.models for difference in model.differences]


def rebuild(
    source: Source,
    *,
    promote: bool,
    models: Sequence[Projection] | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> Report:
    """Build (some of) the read models of `source` beside the live ones, and compare them.

    Most is replayed while writers go on; they wait only for the moment in which the rest is. From
    then on appends feed both builds, so that the comparison and the take-over hold nobody up.
    With `promote` readers see the new build, and the one before it is kept and fed; without,
    the new one is dropped. Raises BusyError while another process rebuilds, or when somebody
    stands in the way of the take-over for a minute.
    """
    with alone(source.store.database, _TASK, _LOCK):
        return _rebuild(source, source.projections if models is None else models, progress, promote=promote)


def build_missing(store: Store, log: Log, consumers: Sequence[Consumer]) -> list[Report]:
    """See that every read model has a live build of the shape that this code writes."""
    sources: list[Source] = [OwnEvents(store), *(TakenIn(store, log, consumer) for consumer in consumers)]
    reports = []
    with alone(store.database, _TASK, _LOCK, _UNTIL_THE_OTHER_ENDS):
        for source in sources:
            with store.reading() as connection:
                stale = [model for model in source.projections if not builds.is_current(connection, model)]
            if stale:
                reports.append(_rebuild(source, stale, lambda _step, _done, _total: None, promote=True))
    return reports


def go_back(database: Database, models: Collection[str]) -> None:
    """Let readers see the former builds of `models` again; raises BusyError as `rebuild` does."""
    order: list[str] = []
    with alone(database, _TASK, _LOCK):
        patiently(database, lambda connection: builds.go_back(connection, models, order))


def forget(source: Source, models: Collection[str]) -> None:
    """Stop feeding the former builds of `models`, and drop them."""
    with alone(source.store.database, _TASK, _LOCK):
        _clear(source, models, ("former",))


def former_builds(connection: Connection, projections: Sequence[Projection]) -> dict[str, int]:
    """The read models that readers can be led back from, with the number of the former build."""
    found = {model.name: builds.build_of(connection, model.name, "former") for model in projections}
    return {model: number for model, number in found.items() if number is not None}


def tidy(store: Store, log: Log, consumers: Sequence[Consumer]) -> None:
    """Drop what a rebuild that was killed has left, and former builds past their time."""
    sources: list[Source] = [OwnEvents(store), *(TakenIn(store, log, consumer) for consumer in consumers)]
    oldest = clock.moment(clock.real_now() - KEPT)
    with contextlib.suppress(BusyError), alone(store.database, _TASK, _LOCK):
        for source in sources:
            with store.reading() as connection:
                left = builds.in_states(connection, source.name, _LEFT_OVER)
                former = builds.former_since(connection, source.name, oldest)
            if left:
                _clear(source, left, _LEFT_OVER)
            if former:
                _clear(source, former, ("former",))


def _rebuild(source: Source, models: Sequence[Projection], progress: Progress, *, promote: bool) -> Report:
    names = [model.name for model in models]
    _clear(source, names, _LEFT_OVER)
    try:
        for attempt in range(_ATTEMPTS):
            try:
                report = _attempt(source, models, progress, promote=promote)
                break
            except MendedMeanwhileError:
                _clear(source, names, _LEFT_OVER)
                if attempt == _ATTEMPTS - 1:
                    message = (
                        f"Parked records of {source.name} are being taken in; rebuild when that is done."
                    )
                    raise BusyError(message) from None
    except BaseException:
        with contextlib.suppress(SQLAlchemyError, BusyError):  # what is left, the next rebuild clears
            _clear(source, names, _LEFT_OVER)
        raise
    finally:
        source.close()
    _clear(source, names, _LEFT_OVER)
    source.store.bell.ring()
    return report


def _attempt(source: Source, models: Sequence[Projection], progress: Progress, *, promote: bool) -> Report:
    database = source.store.database
    report = Report(service=source.store.service, source=source.name)
    source.begin()
    with database.writing() as connection:
        build = builds.create_build(connection, source.name, models)
        comparable = all(builds.is_current(connection, model) for model in models)
    crashpoint("rebuild.created")
    for count in _catch_up(source, models, build):
        report.events += count
        progress("replayed", source.done(), max(source.total(), source.done()))

    def keep_up(connection: Connection) -> int:
        source.hold(connection)
        count = _fold(connection, models, build, source.rest(connection))
        builds.make_ready(connection, source.name, build)
        return count

    order: list[str] = []

    def take_over(connection: Connection) -> None:
        crashpoint("rebuild.before_take_over")
        builds.promote(connection, source.name, build, order)

    if comparable or not promote:
        report.events += patiently(database, keep_up)
        progress("compared", 0, 0)
        report.models = compare(database, models, build)
        if promote:
            patiently(database, take_over)
    else:  # nobody can feed both, so all of it is one step

        def keep_up_and_take_over(connection: Connection) -> int:
            count = keep_up(connection)
            take_over(connection)
            return count

        report.events += patiently(database, keep_up_and_take_over)
    crashpoint("rebuild.taken_over")
    report.promoted = promote
    return report


def _catch_up(source: Source, models: Sequence[Projection], build: int) -> Iterator[int]:
    """Replay batch by batch while writers go on; yields how many events each batch had."""
    for batch in source.batches():
        with source.store.database.writing() as connection:
            count = _fold(connection, models, build, iter([batch]))
        crashpoint("rebuild.folded")
        yield count


def _fold(connection: Connection, models: Sequence[Projection], build: int, batches: Batches) -> int:
    count = 0
    for batch in batches:
        fold_into(buffers(models, build, cursor_of(connection), connection.dialect), batch)
        count += len(batch)
    return count


def _clear(source: Source, models: Collection[str], states: Sequence[str]) -> None:
    """Feed builds in these states no longer, and drop them and all that are retired."""

    def act(connection: Connection) -> None:
        source.hold(connection)
        builds.retire(connection, source.name, models, states)
        builds.drop_retired(connection, source.name)

    patiently(source.store.database, act)
