"""Commands that bring data in: registers by file, the network's own data, the example history."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from deploy.samvirke import example as example_history
from deploy.samvirke import suite
from deploy.samvirke.prepared import open_prepared, require_prepared
from deploy.samvirke.said import json_option, plainly, say
from services.fees.network_files import adopt
from services.fees.network_files import read as read_fees
from services.groups.groups.register import bodies, establish_bodies
from services.membership.imports.handlers import KINDS, Asked, ImportKind, preview, require_clean, run
from services.membership.imports.plans import Plan, summary
from shared import ids
from shared.eventstore import Store
from shared.messages import Context
from shared.opening import NETWORKS
from shared.settings import Settings

EXAMPLE_MARK = "(eksempel)"
"""Bodies so marked stand for real ones that are not known; they come with the example history."""


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing.")
@click.option("--published-on", type=click.DateTime(["%Y-%m-%d"]), help="When the figures were published.")
@click.option("--source", help="Where the figures come from.")
@json_option
@plainly
def import_(
    kind: ImportKind,
    file: Path,
    published_on: datetime | None,
    source: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read municipalities, population or renumbering from a CSV file, all of it or nothing."""
    told = {"source": source} if source else {}
    asked = Asked(
        kind=kind,
        content=file.read_bytes(),
        published_on=published_on.date() if published_on else None,
        **told,
    )
    store = open_prepared(Settings.from_environment(), "membership")
    if dry_run:
        with store.reading() as connection:
            plan = preview(connection, asked)
        require_clean(plan)
    else:
        plan = run_import(store, asked, _context())
    said = {**summary(plan), "dry_run": dry_run}

    def text() -> None:
        verb = "would be" if dry_run else "are"
        click.echo(
            f"{plan.rows} rows: {plan.new} {verb} new, {plan.changed} changed, {plan.unchanged} unchanged"
        )

    say(said, as_json=as_json, text=text)


@click.group()
def example() -> None:
    """The example history, for trying things out."""


@example.command("load")
@json_option
@plainly
def load_example(*, as_json: bool) -> None:
    """Play the example history into a suite that is running and holds only the register."""
    settings = Settings.from_environment()
    require_prepared(settings)
    example_history.load(settings)
    say({"loaded": True}, as_json=as_json, text=lambda: click.echo("The example history is loaded."))


def load_network(settings: Settings, *, with_population: bool = True) -> None:
    """What the network's folder says: municipalities, numbers, rates, grants, bodies.

    A second time nothing happens, and what the office has changed since is left alone.
    """
    folder = NETWORKS / settings.network
    membership = suite.SERVICES["membership"].open_store(settings)
    kinds: tuple[ImportKind, ...] = ("municipalities", "renumbering")
    for kind in (*kinds, "population") if with_population else kinds:
        path = folder / f"{kind}.csv"
        if path.exists():
            run_import(membership, Asked(kind=kind, content=path.read_bytes()), _context())
    fees = suite.SERVICES["fees"].open_store(settings)
    with fees.transaction(_context()) as transaction:
        adopt(transaction.handle, read_fees(folder))
    groups = suite.SERVICES["groups"].open_store(settings)
    if (folder / "groups.toml").exists():
        real = tuple(body for body in bodies(folder / "groups.toml") if EXAMPLE_MARK not in body.name)
        establish_bodies(groups, real, _context())


def run_import(store: Store, asked: Asked, context: Context) -> Plan:
    """Do all that a file says in one transaction."""
    with store.transaction(context) as transaction:
        return run(transaction.connection, transaction.handle, asked)


def _context() -> Context:
    return Context(actor="office", correlation_id=ids.new_id())
