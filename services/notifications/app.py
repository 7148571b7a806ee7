"""Door: HTTP in. The feed, notices, and their pages."""

from __future__ import annotations

from flask import Flask

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications import contract
from services.notifications.digests import api as digests_api
from services.notifications.feed import api as feed_api
from services.notifications.feed import pages as feed_pages
from services.notifications.languages import api as languages_api
from services.notifications.languages import pages as languages_pages
from services.notifications.notices import api as notices_api
from services.notifications.notices import pages as notices_pages
from shared.eventstore import Store
from shared.web.app import create


def create_app(store: Store) -> Flask:
    """The web application of notifications over `store`."""
    return create(
        contract.SERVICE,
        store,
        published=contract.PUBLISHED,
        blueprints=(
            feed_api.blueprint,
            digests_api.blueprint,
            notices_api.blueprint,
            languages_api.blueprint,
        ),
        pages=(feed_pages.pages, notices_pages.pages, languages_pages.pages),
        menu=(
            *membership.PAGES[:3],
            *fees.PAGES,
            *groups.PAGES,
            *membership.PAGES[3:],
            *contract.PAGES,
        ),
        tabs=(
            *membership.TABS[:2],
            *fees.TABS,
            *groups.TABS,
            *contract.TABS,
            *membership.TABS[2:],
        ),
    )
