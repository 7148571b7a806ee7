"""Door for HTTP: the pages and the API of membership."""

from __future__ import annotations

from flask import Flask

from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract
from services.membership.agreements.api import blueprint as agreements_api
from services.membership.agreements.pages import pages as agreements_pages
from services.membership.contacts.api import blueprint as contacts_api
from services.membership.contacts.pages import pages as contacts_pages
from services.membership.frontpage.api import blueprint as frontpage_api
from services.membership.frontpage.pages import pages as frontpage_pages
from services.membership.imports.api import blueprint as imports_api
from services.membership.imports.pages import pages as imports_pages
from services.membership.memberships.api import blueprint as memberships_api
from services.membership.memberships.pages import pages as memberships_pages
from services.membership.municipalities.api import blueprint as municipalities_api
from services.membership.municipalities.map_changes_pages import pages as map_changes_pages
from services.membership.municipalities.pages import pages as municipalities_pages
from services.membership.population.api import blueprint as population_api
from services.membership.population.pages import pages as population_pages
from services.membership.signin.api import blueprint as signin_api
from services.membership.signin.pages import pages as signin_pages
from services.notifications import contract as notifications
from shared.eventstore import Store
from shared.web.app import create


def create_app(store: Store) -> Flask:
    """The service's web application over its store."""
    return create(
        contract.SERVICE,
        store,
        published=contract.PUBLISHED,
        blueprints=(
            municipalities_api,
            population_api,
            imports_api,
            agreements_api,
            memberships_api,
            contacts_api,
            frontpage_api,
            signin_api,
        ),
        pages=(
            frontpage_pages,
            memberships_pages,
            contacts_pages,
            agreements_pages,
            municipalities_pages,
            map_changes_pages,
            population_pages,
            imports_pages,
            signin_pages,
        ),
        menu=(
            *contract.PAGES[:3],
            *fees.PAGES,
            *groups.PAGES,
            *contract.PAGES[3:],
            *notifications.PAGES,
        ),
        tabs=(
            *contract.TABS[:2],
            *fees.TABS,
            *groups.TABS,
            *notifications.TABS,
            *contract.TABS[2:],
        ),
    )
