"""Switch every mechanism off in turn, in a copy of the tree, and see which test turns red (`make mutants`)."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.mutants import answers, ending, halting, mending, recording, recovery, rooms, taking_in, web
from tests.mutants.mechanism import Mechanism
from tests.mutants.trees import ALL_GREEN, RED, Ended, Tree, import_what_is_slow, switch_off

MECHANISMS = tuple(
    one
    for module in (recording, taking_in, mending, ending, halting, recovery, web, answers, rooms)
    for one in module.MECHANISMS
)


@click.command()
@click.option("--only", multiple=True, help="Mechanisms whose name or file contains this; may be said again.")
@click.option("--jobs", default=2, show_default=True, help="How many at a time.")
@click.option("--whole/--no-whole", default=True, help="First see that the tests are green without a change.")
def main(only: tuple[str, ...], jobs: int, *, whole: bool) -> None:
    """Exit code 1 where nobody misses a mechanism."""
    chosen = [
        one for one in MECHANISMS if not only or any(word in one.name or word in one.file for word in only)
    ]
    import_what_is_slow()
    unmissed = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees = [Tree(Path(folder) / str(number)) for number in range(jobs)]
        if whole and not _green(trees[0], chosen):
            sys.exit("mutants: some of the tests fail as it is; nothing can be said of what they would miss.")
        for mechanism, ended in switch_off(chosen, trees):
            unmissed += ended.code != RED
            click.echo(f"{ended.seconds:5.0f} s  {mechanism.name}: {_told(ended)}")
    click.echo(f"{len(chosen)} mechanisms, {unmissed} that nobody misses")
    sys.exit(1 if unmissed else 0)


def _told(ended: Ended) -> str:
    if ended.code == RED:
        return ended.first_red
    # Everything but red and green, for example a file that cannot be imported, proves nothing.
    return (
        "NOBODY MISSES IT" if ended.code == ALL_GREEN else f"THE TESTS CANNOT BE RUN\n{ended.said[-2_000:]}"
    )


def _green(tree: Tree, chosen: Sequence[Mechanism]) -> bool:
    for servers in (False, True):
        tests = sorted({test for one in chosen if one.servers is servers for test in one.tests})
        if not tests:
            continue
        ask = tree.start(tests, servers=servers)
        while (ended := ask()) is None:
            time.sleep(1)
        if ended.code != ALL_GREEN:
            click.echo(ended.said[-2_000:])
            return False
    return True


if __name__ == "__main__":
    main()
