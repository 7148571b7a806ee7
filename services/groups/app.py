"""Door for HTTP: the pages and the API of groups."""

from __future__ import annotations

from flask import Flask

from services.groups import contract
from services.groups.groups.api import blueprint as groups_api
from services.groups.groups.pages import pages as groups_pages
from services.groups.rosters.api import blueprint as rosters_api
from services.groups.rosters.pages import pages as rosters_pages
from services.groups.seats.api import blueprint as seats_api
from services.groups.seats.pages import pages as seats_pages
from shared.eventstore import Store
from shared.web.application import build_app


def create_app(store: Store) -> Flask:
    """The service's web application over its store."""
    return build_app(
        contract.SERVICE,
        store,
        blueprints=(groups_api, rosters_api, seats_api),
        pages=(groups_pages, rosters_pages, seats_pages),
    )
