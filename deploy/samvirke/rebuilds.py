"""Rebuild read models while the suite runs, look at what differs, and go back."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.samvirke import suite
from deploy.samvirke.prepared import open_prepared
from deploy.samvirke.said import REFUSED, USAGE, fail, json_option, plainly, say, table
from deploy.samvirke.suite import service_argument
from shared import rebuilding
from shared.eventstore import Store
from shared.opening import open_log
from shared.rebuilding import Report
from shared.replaying import OwnEvents, Source, TakenIn
from shared.settings import Settings

SHOWN = 50
"""Differing rows that are printed for people; `--json` has all."""

_QUIET = 2.0
"""Seconds between two lines of progress where there is no terminal."""


@click.command()
@service_argument
@click.option("--model", help="Only this read model.")
@click.option("--dry-run", is_flag=True, help="Build and compare, then drop the new build.")
@click.option("--back", is_flag=True, help="Let readers see the former build again.")
@click.option("--forget", is_flag=True, help="Drop the former build before its day is over.")
@json_option
@plainly
def rebuild(
    service: str, model: str | None, *, dry_run: bool, back: bool, forget: bool, as_json: bool
) -> None:
    """Build a service's read models anew while it runs, compare, and let readers see them.

    The build that they saw is kept and fed for a day: --back returns to it in a moment, and a
    second --back to the new one. The next rebuild takes its place.
    """
    if dry_run + back + forget > 1:
        fail("choose one of --dry-run, --back and --forget", USAGE)
    with _opened(suite.SERVICES[service]) as (store, sources):
        chosen = _chosen(service, sources, model)
        if back:
            _go_back(service, store, sources, chosen, as_json=as_json)
        elif forget:
            _forget(service, sources, chosen, as_json=as_json)
        else:
            reports = _rebuild(sources, chosen, promote=not dry_run)
            say_reports(reports, as_json=as_json)
            if dry_run and any(report.differences for report in reports):
                fail(f"{service} would change as listed; nothing was changed", REFUSED)


def build_aside(store: Store, source: Source) -> list[Report]:
    """Build every read model of a source aside, compare, and drop it again."""
    return _rebuild([source], _chosen(store.service, [source], None), promote=False)


def as_plain(report: Report) -> dict[str, Any]:
    """What a report says as JSON."""
    return {
        "service": report.service,
        "source": report.source,
        "events": report.events,
        "equal": report.equal,
        "promoted": report.promoted,
        "models": [model.model for model in report.models],
        "differences": [difference.__dict__ for difference in report.differences],
    }


def draw(reports: list[Report]) -> None:
    """What was built, as a table."""
    columns = ("service", "read model", "fed by", "equal", "changed", "only live", "only rebuilt")
    table("Read models", columns, [row for report in reports for row in _rows(report)])


def say_reports(reports: list[Report], *, as_json: bool) -> None:
    """What was built and what differs, for people or as JSON."""

    def text() -> None:
        draw(reports)
        found = [(report, difference) for report in reports for difference in report.differences]
        for report, row in found[:SHOWN]:
            click.echo(f"{report.service} {row.table} {row.key}: {row.live} -> {row.rebuilt}")
        if found[SHOWN:]:
            click.echo(f"… and {len(found) - SHOWN} more; --json lists all.")
        for service in sorted({report.service for report in reports if report.promoted}):
            click.echo(
                f"Readers of {service} see the new build; `samvirke rebuild {service} --back` returns."
            )

    say([as_plain(report) for report in reports], as_json=as_json, text=text)


def _rebuild(sources: list[Source], chosen: Collection[str], *, promote: bool) -> list[Report]:
    reports = []
    for source in sources:
        models = [projection for projection in source.projections if projection.name in chosen]
        if models:
            with _progress(f"{source.store.service} ({source.name})") as progress:
                reports.append(rebuilding.rebuild(source, promote=promote, models=models, progress=progress))
    return reports


def _go_back(
    service: str, store: Store, sources: list[Source], chosen: Collection[str], *, as_json: bool
) -> None:
    former = _former(sources, chosen)
    if not former:
        fail(f"{service} has no former build to go back to", REFUSED)
    rebuilding.go_back(store.database, former)
    told = {"service": service, "back": former}
    say(told, as_json=as_json, text=lambda: click.echo(f"Readers see the former build of {_listed(former)}."))


def _forget(service: str, sources: list[Source], chosen: Collection[str], *, as_json: bool) -> None:
    former = _former(sources, chosen)
    if not former:
        fail(f"{service} has no former build", REFUSED)
    for source in sources:
        rebuilding.forget(source, former)
    told = {"service": service, "forgotten": former}
    say(told, as_json=as_json, text=lambda: click.echo(f"The former build of {_listed(former)} is gone."))


def _former(sources: list[Source], chosen: Collection[str]) -> list[str]:
    found: list[str] = []
    for source in sources:
        with source.store.reading() as connection:
            found += rebuilding.former_builds(connection, source.projections)
    return sorted(set(found) & set(chosen))


def _chosen(service: str, sources: list[Source], model: str | None) -> set[str]:
    names = {projection.name for source in sources for projection in source.projections}
    if model is None:
        return names
    if model not in names:
        fail(f"{service} has no read model {model!r}; it has {_listed(names)}", USAGE)
    return {model}


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def _rows(report: Report) -> list[list[Any]]:
    if not report.models:
        return [[report.service, "(of a new shape)", report.source, None, None, None, None]]
    return [
        [report.service, found.model, report.source, found.equal, found.changed, found.missing, found.added]
        for found in report.models
    ]


@contextmanager
def _opened(service: suite.Service) -> Iterator[tuple[Store, list[Source]]]:
    """A service's store, and everything that its read models are built from."""
    settings = Settings.from_environment()
    store = open_prepared(settings, service.name)
    log = open_log(settings)
    try:
        own: list[Source] = [OwnEvents(store)]
        yield store, own + [TakenIn(store, log, consumer) for consumer in service.consumers]
    finally:
        log.close()
        store.database.close()


@contextmanager
def _progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; elsewhere a line now and then, on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(what).tell
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as drawn:
        bar = drawn.add_task(what, total=None)

        def tell(step: str, done: int, total: int) -> None:
            counted = {"completed": done, "total": total} if total else {}
            drawn.update(bar, description=f"{what}: {step}", **counted)  # type: ignore[arg-type]

        yield tell


class _Lines:
    """Progress for a pipe or a log: every step once, and one that lasts again every few seconds."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._step = ""
        self._said_at = 0.0

    def tell(self, step: str, done: int, total: int) -> None:
        """See `shared.rebuilding.Progress`."""
        now = time.monotonic()
        if step == self._step and done < total and now - self._said_at < _QUIET:
            return
        self._step, self._said_at = step, now
        counted = f" {done} of {total}" if total else ""
        click.echo(f"{self._what}: {step}{counted}", err=True)
