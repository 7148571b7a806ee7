"""The room of contacts with its pages and API on a database of its own, and who asks it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services import membership
from services.membership import contract
from services.membership.contacts.api import blueprint
from services.membership.contacts.pages import pages
from services.membership.contacts.projection import CONTACTS
from services.membership.contacts.tables import persons
from services.membership.contract import Names
from services.membership.municipalities.domain import RegisterMunicipality, municipalities
from services.membership.municipalities.projection import municipality_register
from shared.database import Database
from shared.eventstore import Store
from shared.messages import Context
from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.app import App, create
from shared.web.tokens import OFFICE, BuiltinIssuer
from tests.support.examples.membership import HARSTAD, LYNGEN
from tests.support.lent_apps import lent_app
from tests.support.migrated import migrated

MIGRATIONS = Path(membership.__file__).parent / "migrations"
READ_AND_WRITE = ("membership:read", "membership:write")
OFFICE_CONTEXT = Context(actor="office", correlation_id="test")


class Browser:
    """Reads the tab and sends its forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def tab(self, municipality_id: str = LYNGEN, **when: str) -> TestResponse:
        """The tab Kontakter."""
        return self.client.get(_path(municipality_id), query_string=when)

    def send(self, rest: str = "", municipality_id: str = LYNGEN, **typed: str) -> TestResponse:
        """Send the form that goes to the tab's address and `rest`."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.tab(municipality_id).text)
        assert found
        return self.client.post(_path(municipality_id) + rest, data={"csrf_token": found[1], **typed})


class ContactsStage:
    """Lyngen and Harstad, who have no contacts yet."""

    def __init__(self, database: Database, folder: Path) -> None:
        own = (municipality_register, CONTACTS)
        migrated(database, MIGRATIONS, {contract.SERVICE: own})
        self.store = Store(
            service=contract.SERVICE,
            events=contract.EVENTS,
            projections=own,
            database=database,
            source="https://example.org/membership",
        )
        # No neighbour answers at this port.
        settings = Settings(data=folder, internal_url="http://127.0.0.1:9")
        self._issuer = BuiltinIssuer.of(settings)

        def create_app(store: Store) -> App:
            return create(
                contract.SERVICE, store, (blueprint,), (pages,), tabs=contract.TABS, settings=settings
            )

        self.app = lent_app(create_app, self.store, settings)
        self._register(LYNGEN, "Lyngen")
        self._register(HARSTAD, "Harstad")

    def token(self, who: str = OFFICE) -> str:
        """A token of the office, of a `client`, or of the municipality by its id."""
        bound = who if who not in (OFFICE, "client") else None
        carried = (*READ_AND_WRITE, OFFICE) if who == OFFICE else READ_AND_WRITE
        return self._issuer.issue(carried, actor=who, ttl=timedelta(hours=1), municipality_id=bound)

    def ask(
        self,
        method: str,
        path: str,
        who: str = OFFICE,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> TestResponse:
        """One request to the API."""
        return self.app.test_client().open(
            f"/membership/v1{path}",
            method=method,
            headers={"Authorization": f"Bearer {self.token(who)}"} | (headers or {}),
            json=body,
            query_string=query,
        )

    def appoint(self, municipality_id: str = LYNGEN, who: str = OFFICE, **asked: Any) -> TestResponse:
        """Appoint somebody; say only what matters."""
        person = {} if "contact_id" in asked else {"name": "Postmottak", "email": "post@example.org"}
        body = {"role": "invoice", "valid_from": "2026-01-01"} | person | asked
        return self.ask("POST", f"/municipalities/{municipality_id}/contacts", who, body=body)

    def appointed(self, municipality_id: str = LYNGEN, **asked: Any) -> str:
        """The id of somebody who is appointed."""
        answer = self.appoint(municipality_id, **asked)
        assert answer.status_code == 201, answer.text
        return str(told(answer)["contact_id"])

    def contacts(self, municipality_id: str = LYNGEN, who: str = OFFICE, **when: str) -> Any:
        """What the API tells of a municipality's contacts."""
        answer = self.ask("GET", f"/municipalities/{municipality_id}/contacts", who, query=when)
        assert answer.status_code == 200, answer.text
        return answer.json

    def persons(self) -> list[dict[str, Any]]:
        """The table of persons as it stands."""
        with self.store.reading() as connection:
            return [dict(row) for row in connection.execute(select(persons)).mappings()]

    def browser(self, who: str = OFFICE) -> Browser:
        """Somebody's browser."""
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, self.token(who))
        return Browser(client)

    def _register(self, municipality_id: contract.MunicipalityId, name: str) -> None:
        asked = RegisterMunicipality(
            municipality_id=municipality_id,
            organisation_number=None,
            number=None,
            names=Names(nb=name),
            valid_from=date(2020, 1, 1),
            invented=True,
        )
        self.store.handle(municipalities, municipalities.stream(municipality_id), asked, OFFICE_CONTEXT)


def told(answer: TestResponse) -> dict[str, Any]:
    """The JSON object of an answer."""
    found = answer.json
    assert isinstance(found, dict), answer.text
    return found


def _path(municipality_id: str) -> str:
    return f"/membership/kommuner/{municipality_id}/kontakter"
