"""Door: HTTP in. The feed, notices, and their pages."""

from __future__ import annotations

from flask import Flask

from services.notifications import contract
from services.notifications.feed import api as feed_api
from services.notifications.feed import pages as feed_pages
from services.notifications.notices import api as notices_api
from services.notifications.notices import pages as notices_pages
from shared.eventstore import Store
from shared.web.application import build_app


def create_app(store: Store) -> Flask:
    """The web application of notifications over `store`."""
    return build_app(
        contract.SERVICE,
        store,
        blueprints=(feed_api.blueprint, notices_api.blueprint),
        pages=(feed_pages.pages, notices_pages.pages),
    )
