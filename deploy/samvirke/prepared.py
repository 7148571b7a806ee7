"""Whether an installation is where the settings say: asked before a command opens it, since opening makes files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from deploy.samvirke import suite
from shared.eventstore import Store
from shared.settings import Settings
from shared.tables import owner


class NotPreparedError(Exception):
    """Nothing has been prepared where the settings lead: they are wrong, or `samvirke migrate` is missing."""


class UnusableDatabaseError(Exception):
    """There is something where the settings lead, and it is no database of ours."""


class DatabaseAwayError(Exception):
    """A database does not answer for the moment: its server is away, or the disk of its file is full."""


def open_prepared(settings: Settings, service: str) -> Store:
    """The store of a service; nothing is made where it was not prepared. See `require_prepared`."""
    require_prepared(settings, service)
    return suite.SERVICES[service].open_store(settings)


def require_prepared(settings: Settings, *services: str) -> None:
    """Raise one of the errors above unless each database (all, where none is named) has its tables."""
    for service in services or suite.SERVICES:
        _require_tables(service, make_url(settings.database(service)))


def require_folder(settings: Settings) -> None:
    """Raise NotPreparedError where the data folder is missing: what is kept there would be made anew."""
    if not settings.data.is_dir():
        message = f"There is no folder {settings.data}; set SAMVIRKE_DATA, or let `samvirke migrate` make it."
        raise NotPreparedError(message)


def require_log(settings: Settings) -> None:
    """Raise NotPreparedError where the embedded log is missing; a broker is asked by who speaks to it."""
    file = settings.data / "log.db"
    if settings.kafka is None and not file.exists():
        message = f"There is no log at {file}; set SAMVIRKE_DATA, or let `samvirke migrate` make it."
        raise NotPreparedError(message)


def _require_tables(service: str, url: URL) -> None:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise NotPreparedError(_missing("There is no database", service, url))
    engine = create_engine(url, poolclass=NullPool)
    try:
        present = inspect(engine).has_table(owner.name)
    except DBAPIError as error:
        raise _trouble(service, url, error) from error
    finally:
        with suppress(DBAPIError):
            engine.dispose()
    if not present:
        raise NotPreparedError(_missing("There are no tables in the database", service, url))


def _trouble(service: str, url: URL, error: DBAPIError) -> Exception:
    why = (str(error.orig).splitlines() or [type(error.orig).__name__])[0]
    if not isinstance(error, OperationalError):  # a file that is no database, for example
        return UnusableDatabaseError(f"The database of {service} at {_place(url)} cannot be used: {why}.")
    return DatabaseAwayError(f"The database of {service} at {_place(url)} does not answer: {why}")


def _missing(what: str, service: str, url: URL) -> str:
    settings = f"SAMVIRKE_DATA or SAMVIRKE_DATABASE_{service.upper()}"
    return f"{what} of {service} at {_place(url)}; set {settings}, or let `samvirke migrate` make it."


def _place(url: URL) -> str:
    """The file, or server and name; neither user nor password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.host or 'localhost'}{f':{url.port}' if url.port else ''}/{url.database}"
