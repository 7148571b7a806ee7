"""One app of a service for all tests of a process, each with a store of its own: making one takes as long as most tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Flask

from shared.eventstore import Store
from shared.settings import Settings
from shared.web.callers import Callers
from shared.web.installed import Installed, install
from shared.web.issuers import TrustedIssuers
from shared.web.kept import KeptAnswers
from shared.web.keys import form_secret

AnyApp = TypeVar("AnyApp", bound=Flask)

_made: dict[str, Any] = {}


def lent_app(create_app: Callable[[Store], AnyApp], store: Store, settings: Settings | None = None) -> AnyApp:
    """What `create_app(store)` gives; it answers for this store until the next test asks for one.

    `settings` are those of the environment where none are given.
    """
    app: AnyApp | None = _made.get(create_app.__module__)
    if app is None:
        app = _made[create_app.__module__] = create_app(store)
        return app
    if settings is None:
        settings = Settings.from_environment()
    made: Installed = app.extensions["samvirke"]
    callers = Callers(TrustedIssuers(settings))
    own = replace(made, store=store, settings=settings, callers=callers, kept=KeptAnswers())
    install(app, own)
    app.config["SECRET_KEY"] = form_secret(settings.keys)
    return app
