"""Commands for the office: fees of a year, tokens, sign-in links, erasure, and an example's clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import click

from deploy.samvirke import suite
from deploy.samvirke.address import address
from deploy.samvirke.prepared import open_prepared, require_folder, require_prepared
from deploy.samvirke.said import REFUSED, USAGE, fail, json_option, kroner, plainly, say, table
from services.fees.fees.domain import MissingNotAcknowledged
from services.fees.fees.handlers import confirm_year
from services.fees.fees.preview import preview
from services.fees.fees.year_table import year_table
from services.membership.contract import MunicipalityId
from services.membership.municipalities import queries as register
from services.membership.signin.handlers import create_link
from shared import clock, ids
from shared.eventstore import Store
from shared.messages import Context
from shared.settings import Settings
from shared.web.tokens import OFFICE, BuiltinIssuer

SCOPES = tuple(f"{service}:{right}" for service in suite.SERVICES for right in ("read", "write"))
"""Every scope that the suite knows, the office's own aside."""

YEAR = click.IntRange(1900, 2200)
"""The years that a fee may be of."""


@click.group()
def fees() -> None:
    """The yearly fee: show a year, confirm a year."""


@fees.command("show")
@click.argument("year", type=YEAR)
@json_option
@plainly
def show_fees(year: int, *, as_json: bool) -> None:
    """Quote, estimate and determination of every municipality in a year (JSON: øre)."""
    with _store("fees").reading() as connection:
        shown = year_table(connection, year)

    def text() -> None:
        rows = [
            [line["number"], line["name"], line["status"], *(_kroner(line[name]) for name in _AMOUNTS)]
            for line in shown["fees"]
        ]
        totals = [_kroner(shown["totals"][name]) for name in _AMOUNTS]
        table(
            f"Avgift {year}",
            ("Nr", "Kommune", "Status", *_AMOUNTS.values()),
            [*rows, ["", "Sum", "", *totals]],
        )

    say(shown, as_json=as_json, text=text)


@fees.command("confirm")
@click.argument("year", type=YEAR)
@click.option(
    "--preview-hash", help="The hash that a preview gave; without it the preview is shown and asked for."
)
@click.option("--acknowledge-missing", is_flag=True, help="Members that cannot be determined are left out.")
@json_option
@plainly
def confirm_fees(year: int, preview_hash: str | None, *, acknowledge_missing: bool, as_json: bool) -> None:
    """Determine the fees of a year after a look at the preview.

    Members that cannot be determined are named. With --json everything but the result is on standard error.
    """
    store = _store("fees")
    with store.reading() as connection:
        shown = preview(connection, year)
    if preview_hash in (None, shown["hash"]):
        _tell_missing(shown["missing"], acknowledged=acknowledge_missing)
    if preview_hash is None:
        totals = shown["totals"]
        click.echo(
            f"{year}: {totals['municipalities']} fees, to pay {_kroner(totals['to_pay_ore'])}", err=as_json
        )
        click.confirm("Determine these?", abort=True, err=as_json)
        preview_hash = str(shown["hash"])
    with store.transaction(_office()) as transaction:
        done = confirm_year(
            transaction.handle,
            transaction.connection,
            year,
            preview_hash=preview_hash,
            acknowledge_missing=acknowledge_missing,
        )
    say(done, as_json=as_json, text=lambda: click.echo(f"{done['newly_determined']} fees determined"))


def _tell_missing(missing: list[dict[str, Any]], *, acknowledged: bool) -> None:
    """Name on standard error the members that cannot be determined; unless that was accepted, it ends here."""
    if not missing:
        return
    named = [f"  {line['number'] or '-'} {line['name']}: {line['cause']}" for line in missing]
    listed = "\n".join(["Members cannot be determined:", *named])
    if acknowledged:
        click.echo(listed, err=True)
    else:
        said = f"{listed}\n--acknowledge-missing leaves them out."
        fail(f"{MissingNotAcknowledged.code}: {said}", REFUSED)


@click.group()
def token() -> None:
    """Access tokens of the built-in issuer."""


@token.command("create")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([*SCOPES, OFFICE]),
    help="What it may do; may be repeated.",
)
@click.option("--municipality", help="Bind the token to the municipality of this number.")
@click.option("--client", default="integrator", show_default=True, help="Who will use it; no person's name.")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True)
@json_option
@plainly
def create_token(
    scopes: tuple[str, ...], municipality: str | None, client: str, days: int, *, as_json: bool
) -> None:
    """Sign a token; whoever holds it may do what its scopes say."""
    if municipality and OFFICE in scopes:
        raise click.UsageError("A token is the office's or bound to a --municipality, not both.")
    settings = Settings.from_environment()
    if not settings.builtin_issuer:
        fail("the built-in issuer is switched off (SAMVIRKE_BUILTIN_ISSUER)", REFUSED)
    require_folder(settings)
    require_prepared(
        settings, "membership"
    )  # else the key would be made anew, and no suite accepts the token
    bound = _municipality(municipality) if municipality else None
    actor = OFFICE if OFFICE in scopes else f"municipality/{bound}" if bound else f"client/{client}"
    signed = BuiltinIssuer.of(settings).issue(
        scopes, actor=actor, ttl=timedelta(days=days), municipality_id=bound
    )
    say({"token": signed}, as_json=as_json, text=lambda: click.echo(signed))


@click.command()
@click.argument("who")
@json_option
@plainly
def signin(who: str, *, as_json: bool) -> None:
    """A link that signs a browser in once: WHO is `office` or a municipality's number."""
    link = signin_link(Settings.from_environment(), who)
    say({"link": link}, as_json=as_json, text=lambda: click.echo(link))


@click.command()
@click.argument("contact")
@json_option
@plainly
def erase(contact: str, *, as_json: bool) -> None:
    """Erase the person behind a contact id; the id itself stays as a trace."""
    from services.membership.contacts.handlers import erase_contact

    store = _store("membership")
    with store.transaction(_office()) as transaction:
        erase_contact(transaction.handle, transaction.connection, contact, today=clock.today())
    store.database.drop_old_pages()
    say({"erased": contact}, as_json=as_json, text=lambda: click.echo(f"{contact} is erased"))


@click.command("clock")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@json_option
@click.pass_obj
@plainly
def move_clock(asked_for: object, day: object, *, as_json: bool) -> None:
    """Move the clock of an example installation to the morning of DAY."""
    # Who names a clock file means it; else only the example history makes an installation one of examples.
    if not asked_for and not (Settings.from_environment().data / "example").exists():
        fail("only an example installation's clock can be moved", REFUSED)
    target = date.fromisoformat(str(day)[:10])
    if target < clock.today():
        fail(f"the clock stands at {clock.today()} and only goes forward", REFUSED)
    clock.move_to(clock.start_of(target) + timedelta(hours=8))
    today = clock.today().isoformat()
    say({"today": today}, as_json=as_json, text=lambda: click.echo(f"It is {today}."))


def signin_link(settings: Settings, who: str) -> str:
    """A fresh one-time address for the office or for a municipality by its number."""
    if not settings.builtin_issuer:
        fail("the built-in issuer is switched off (SAMVIRKE_BUILTIN_ISSUER)", REFUSED)
    scope = OFFICE if who == OFFICE else _municipality(who)
    with _store("membership").database.writing() as connection:
        return f"{address(settings)}{create_link(connection, scope, clock.real_now())}"


def some_number(settings: Settings) -> str | None:
    """The number of one municipality, to show how signing in looks."""
    with suite.SERVICES["membership"].open_store(settings).reading() as connection:
        listed = register.all_municipalities(connection, clock.today())
    return next((one.number for one in listed if one.number), None)


def _municipality(number: str) -> MunicipalityId:
    with _store("membership").reading() as connection:
        found = register.by_number(connection, number, clock.today())
    if not found:
        fail(f"no municipality has the number {number}", USAGE)
    return found[0].municipality_id


def _store(service: str) -> Store:
    return open_prepared(Settings.from_environment(), service)


def _office() -> Context:
    return Context(actor=OFFICE, correlation_id=ids.new_id())


def _kroner(amount: int | None) -> str:
    return "" if amount is None else kroner(amount)


_AMOUNTS = {
    "estimated_ore": "Anslag",
    "determined_ore": "Fastsatt",
    "total_ore": "Sum",
    "covered_ore": "Dekket",
    "to_pay_ore": "Å betale",
}
"""What is shown of a fee, and what the pages call it."""
