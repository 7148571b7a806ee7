"""How a command speaks: a line or JSON, one-line errors, and exit codes that mean something."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
import psycopg
from sqlalchemy.exc import DBAPIError

from deploy.samvirke.prepared import DatabaseAwayError, NotPreparedError, UnusableDatabaseError
from shared.builds import BuildLostError
from shared.errors import RequestError
from shared.locks import BusyError
from shared.log import LogMisconfiguredError, LogUnavailableError
from shared.owning import WrongDatabase
from shared.settings import BadSettingError

_PIPE_WIDTH = 1_000

REFUSED = 1
USAGE = 2
UNREACHABLE = 3

_PRIMARY = 0xFF
"""The part of SQLite's error codes that says what is wrong; the rest says more of it."""

_AWAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
"""What SQLite says while another process holds the file, or while its disk is full: later it may answer."""

_LACKING = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)

UNREADABLE = (
    NotPreparedError,
    UnusableDatabaseError,
    DatabaseAwayError,
    WrongDatabase,
    DBAPIError,
    sqlite3.Error,
    psycopg.Error,
    OSError,
)
"""How it comes out that a database cannot be read."""

EXPECTED = (
    *UNREADABLE,
    RequestError,
    BadSettingError,
    LogMisconfiguredError,
    LogUnavailableError,
    BusyError,
    BuildLostError,
)
"""What may go wrong without a defect of ours."""

_CODES = {BadSettingError: USAGE, DatabaseAwayError: UNREACHABLE}
"""Of those whose message is said as it stands, who is no refusal."""

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what may go wrong into one line on standard error and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            raise  # who read our output has gone; Click ends without a word
        except EXPECTED as error:
            fail(*told(error))

    return run


def told(error: Exception) -> tuple[str, int]:
    """What went wrong, for people, and the exit code that it comes to."""
    match error:
        case RequestError():
            return f"{error.code}: {error.message}{_rows(error)}", REFUSED
        case LogUnavailableError():
            return f"The log does not answer: {error}", UNREACHABLE
        case DBAPIError() | sqlite3.Error() | psycopg.Error():
            return _of_a_database(error)
        case OSError():
            return _of_the_machine(error), REFUSED
        case _:
            return str(error), _CODES.get(type(error), REFUSED)


def fail(message: str, code: int) -> NoReturn:
    """Say `message` and end with `code`."""
    click.echo(f"samvirke: {message}", err=True)
    sys.exit(code)


def say(result: Any, *, as_json: bool, text: Callable[[], None]) -> None:
    """Print `result` as JSON, or let `text` say it for people."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2, default=_plain))
    else:
        text()


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """A table for people; numbers stand to the right. Nothing is cut off: in a pipe a row is a line."""
    from rich.console import Console  # few commands draw
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left", title_style="bold")
    listed = [[*row] for row in rows]
    for number, column in enumerate(columns):
        right = any(isinstance(row[number], int | float) for row in listed)
        drawn.add_column(column, justify="right" if right else "left", overflow="fold")
    for row in listed:
        drawn.add_row(*(Text("" if cell is None else str(cell)) for cell in row))  # brackets are no markup
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH).print(drawn)


def kroner(amount: int) -> str:
    """An amount in øre as the office writes it, for example `276 020,00`."""
    whole, rest = divmod(abs(amount), 100)
    grouped = f"{whole:,}".replace(",", " ")
    return f"{'-' if amount < 0 else ''}{grouped},{rest:02}"


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _rows(refusal: RequestError) -> str:
    """The wrong rows of an import, each on a line of its own."""
    rows = refusal.details.get("rows")
    if not isinstance(rows, list):
        return ""
    return "".join("\n  " + ", ".join(f"{name} {value}" for name, value in row.items()) for row in rows)


def _of_a_database(error: Exception) -> tuple[str, int]:
    """What its driver says, and whether it is away or not as it should be."""
    driver = getattr(error, "orig", None) or error
    why = (str(driver).splitlines() or [type(driver).__name__])[0]
    away = getattr(driver, "sqlite_errorcode", 0) & _PRIMARY in _AWAY
    if away or isinstance(driver, psycopg.OperationalError):
        return f"The database does not answer: {why}", UNREACHABLE
    if isinstance(driver, _LACKING) or str(driver).startswith("no such "):
        return f"The database lacks what this version needs; `samvirke migrate` brings it: {why}", REFUSED
    return f"The database cannot be used: {why}", REFUSED


def _of_the_machine(error: OSError) -> str:
    """What the operating system says, with the file that it says it of."""
    why = error.strerror or str(error) or type(error).__name__
    return why if error.filename is None else f"{error.filename}: {why}"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
