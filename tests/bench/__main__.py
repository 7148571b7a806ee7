"""Measure the suite beside its peers and limits: `python -m tests.bench`, or `make bench`."""

from __future__ import annotations

import importlib
import subprocess
import sys
import traceback
from pathlib import Path

import click
import msgspec

from shared import clock
from tests.bench import machine
from tests.bench.bench import Bench
from tests.bench.ground import ground
from tests.bench.plots import draw
from tests.bench.result import Run, compare
from tests.support.servers import ServerMissingError

ROWS = ("append", "writers", "read", "rebuild", "kafka", "latency", "http", "growth", "memory", "start")


@click.group(invoke_without_command=True)
@click.option("--rows", default=",".join(ROWS), help=f"Which of {', '.join(ROWS)}.")
@click.option("--rounds", default=5, type=click.IntRange(1), help="Rounds per table.")
@click.option("--size", default=50_000, type=click.IntRange(1_000), help="Events where many are meant.")
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the result here."
)
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), help="Draw into this folder.")
@click.pass_context
def main(
    context: click.Context, rows: str, rounds: int, size: int, file: Path | None, plots: Path | None
) -> None:
    """Print a table per row, with the ratios to what ran beside it.

    A row that fails takes no other with it; the run then ends with 1.
    """
    if context.invoked_subcommand is not None:
        return
    wanted = rows.split(",")
    unknown = sorted(set(wanted) - set(ROWS))
    if unknown:
        message = f"unknown: {', '.join(unknown)}; there are {', '.join(ROWS)}"
        raise click.BadParameter(message, param_hint="--rows")
    began = clock.moment(clock.real_now())
    failed = False
    with ground() as place:
        bench = Bench(place, rounds, size)
        for name in wanted:
            try:
                importlib.import_module(f"tests.bench.rows.{name}").measure(bench)
            except ServerMissingError as error:
                bench.skip(name, str(error))
            except Exception as error:  # noqa: BLE001  # said, and what is measured is kept
                traceback.print_exc()
                bench.skip(name, f"failed: {type(error).__name__}: {error}")
                failed = True
    run = Run(
        began=began,
        commit=_commit(),
        machine=machine.description(),
        tables=bench.tables,
        not_measured=bench.not_measured,
    )
    click.echo("; ".join(f"{name} {value}" for name, value in run.machine.items()))
    if file is not None:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(run)))
    if plots is not None:
        draw(run, plots)
    sys.exit(1 if failed else 0)


@main.command("draw")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def draw_run(file: Path, folder: Path) -> None:
    """Draw the plots of a result that was written earlier."""
    for path in draw(msgspec.json.decode(file.read_bytes(), type=Run), folder):
        click.echo(path)


@main.command("compare")
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path))
def compare_runs(before: Path, after: Path) -> None:
    """Compare the ratios of two results; ends with 1 when one is worse by more than a fifth."""
    one, other = (msgspec.json.decode(path.read_bytes(), type=Run) for path in (before, after))
    worse = False
    for line, lost in compare(one, other):
        click.echo(line)
        worse = worse or lost
    sys.exit(1 if worse else 0)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


main()
