"""Door for HTTP: the pages and the API of fees."""

from __future__ import annotations

from flask import Flask

from services.fees import contract
from services.fees.fees.api import blueprint as fees_api
from services.fees.fees.pages import pages as fees_pages
from services.fees.grants.api import blueprint as grants_api
from services.fees.schedules.api import blueprint as schedules_api
from services.fees.schedules.pages import pages as schedules_pages
from services.groups import contract as groups
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
        blueprints=(fees_api, schedules_api, grants_api),
        pages=(fees_pages, schedules_pages),
        menu=(
            *membership.PAGES[:3],
            *contract.PAGES,
            *groups.PAGES,
            *membership.PAGES[3:],
            *notifications.PAGES,
        ),
        tabs=(*membership.TABS[:2], *contract.TABS, *groups.TABS, *notifications.TABS, *membership.TABS[2:]),
    )
