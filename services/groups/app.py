"""Door for HTTP: the pages and the API of groups."""

from __future__ import annotations

from flask import Flask

from services.fees import contract as fees
from services.groups import contract
from services.groups.groups.api import blueprint as groups_api
from services.groups.groups.pages import pages as groups_pages
from services.groups.rosters.api import blueprint as rosters_api
from services.groups.rosters.pages import pages as rosters_pages
from services.groups.seats.api import blueprint as seats_api
from services.groups.seats.pages import pages as seats_pages
from services.groups.seats.term_pages import pages as terms_pages
from services.membership import contract as membership
from services.notifications import contract as notifications
from shared.eventstore import Store
from shared.web.app import create


def create_app(store: Store) -> Flask:
    """The service's web application over its store."""
    return create(
        contract.SERVICE,
        store,
        published=contract.PUBLISHED,
        blueprints=(groups_api, rosters_api, seats_api),
        pages=(groups_pages, rosters_pages, seats_pages, terms_pages),
        menu=(
            *membership.PAGES[:3],
            *fees.PAGES,
            *contract.PAGES,
            *membership.PAGES[3:],
            *notifications.PAGES,
        ),
        tabs=(
            *membership.TABS[:2],
            *fees.TABS,
            *contract.TABS,
            *notifications.TABS,
            *membership.TABS[2:],
        ),
    )
