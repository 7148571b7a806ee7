"""Build a service's app: its blueprints and pages on everything that all services share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
from flask import Flask
from flask.typing import ResponseReturnValue

from shared.opening import network
from shared.settings import Settings
from shared.web import (
    commands,
    consistency,
    follow_ups,
    headers,
    health,
    kept,
    layout,
    limits,
    norwegian,
    openapi,
    parameters,
    problems,
    requests,
    schemas,
    unchanged,
)
from shared.web.access import refuse_unguarded
from shared.web.callers import Callers
from shared.web.installed import Installed, Links, install
from shared.web.interface import Blueprint
from shared.web.issuers import TrustedIssuers
from shared.web.kept import KeptAnswers

if TYPE_CHECKING:
    from shared.eventstore import Store

_STATIC_SECONDS = 365 * 24 * 3600


class App(Flask):
    """A Flask app whose every changing request is one transaction, and which gives kept answers again."""

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request, as WSGI says; see `kept.again` for what is not answered anew."""
        found = kept.again(self, environ, start_response)
        return super().wsgi_app(environ, start_response) if found is None else found

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view; see `commands.dispatch` for what its effect is committed with."""
        view: Callable[[], Any] = super().dispatch_request
        return commands.dispatch(view)


def create(
    service: str,
    store: Store,
    blueprints: Sequence[Blueprint],
    pages: Sequence[flask.Blueprint],
    menu: Links = (),
    title: str | None = None,
    *,
    tabs: Links = (),
    settings: Settings | None = None,
    published: Path | None = None,
) -> App:
    """The WSGI app of `service`.

    `blueprints` are its HTTP interface, `pages` its pages. `menu` is the whole suite's menu,
    `tabs` the tabs of a municipality's page (paths with `{municipality_id}`), `title` the
    network's name (default: as its data say), `published` the folder of what is frozen of its
    events. Raises RuntimeError when a view says neither
    `requires` nor `openly`.
    """
    settings = settings or Settings.from_environment()
    title = title or network(settings).title
    blueprints = (*blueprints, follow_ups.interface(service))
    if published is not None:
        blueprints = (*blueprints, schemas.interface(service, published))
    pages = (*pages, follow_ups.pages(service))
    here = Path(__file__).parent
    app = App(
        "shared.web",
        root_path=str(here),
        template_folder="templates",
        static_folder="static",
        static_url_path=f"/{service}/static",
    )
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _STATIC_SECONDS
    page_names = frozenset(blueprint.name for blueprint in pages)
    api_names = frozenset(blueprint.name for blueprint in blueprints)
    install(
        app,
        Installed(
            service=service,
            title=title,
            store=store,
            settings=settings,
            callers=Callers(TrustedIssuers(settings)),
            menu=menu,
            tabs=tabs,
            pages=page_names,
            apis=api_names,
            kept=KeptAnswers(),
        ),
    )
    requests.install(app)
    kept.install(app)
    commands.install(app)
    limits.install(app)
    parameters.install(app)
    headers.install(app, settings)
    unchanged.install(app)
    consistency.install(app)
    norwegian.install(app)
    layout.install(app)
    health.install(app, service)
    openapi.install(app, f"{title}: {service}", f"/{service}/v1", blueprints)
    for page in pages:
        app.register_blueprint(page)
    problems.install(app)
    refuse_unguarded(app, page_names | api_names)
    return app
