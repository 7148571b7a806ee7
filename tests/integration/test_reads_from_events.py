"""What is given again while no event comes is read from the service's own events alone: no person, no other's facts."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from deploy.samvirke import registers, suite
from deploy.samvirke.suite import SERVICES
from shared import ids
from shared.eventstore import Store
from shared.settings import Settings
from shared.web.tokens import BuiltinIssuer
from shared.web.unchanged import MARK
from tests.support.running import EVERYTHING

OF_EVERY_SERVICE = {"events", "publications", "unnumbered", "builds", "owner"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The whole suite with the network's own data."""
    monkeypatch.setenv("SAMVIRKE_DATA", str(tmp_path))
    made = Settings.from_environment()
    suite.prepare(made)
    registers.load_network(made, with_population=True)
    return made


def paths(app: Flask, known: dict[str, Any]) -> list[str]:
    """Every such read, of something that is known where there is such a thing."""
    marked = [
        rule for rule in app.url_map.iter_rules() if getattr(app.view_functions[rule.endpoint], MARK, False)
    ]
    return [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda place: str(known.get(place[1], ids.new_id())), rule.rule)
        for rule in marked
    ]


def looked_at(store: Store, client: FlaskClient, path: str) -> set[str]:
    """The tables that the answer to `path` was read from."""
    statements: list[str] = []

    def listen(driver: Any, *_: object) -> None:
        driver.set_trace_callback(statements.append)  # hears what passes SQLAlchemy by as well

    event.listen(store.database.engine, "checkout", listen)
    answer = client.get(path)
    event.remove(store.database.engine, "checkout", listen)
    assert answer.status_code in (200, 404), (path, answer.data)
    return set(re.findall(r"(?:FROM|JOIN) \"?(\w+)", "\n".join(statements)))


def test_reads_that_say_so_look_at_the_tables_of_own_events_alone(settings: Settings) -> None:
    stores = [service.open_store(settings) for service in SERVICES.values()]
    known: dict[str, Any] = {"version": 1}
    for store in stores:
        for recorded in store.history():
            known |= msgspec.structs.asdict(recorded.event)
    issuer = BuiltinIssuer.of(settings)
    token = issuer.issue([*EVERYTHING, "office"], actor="office", ttl=timedelta(hours=1))
    others: dict[str, set[str]] = {}
    read: set[str] = set()
    for store in stores:
        with closing(store.database):
            app = SERVICES[store.service].create_app(store)
            client = app.test_client()
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
            own = OF_EVERY_SERVICE | {projection.name for projection in store.projections}
            for path in paths(app, known):
                tables = looked_at(store, client, path)
                read |= tables
                others[path] = tables - own

    assert {path for path, tables in others.items() if tables} == set()
    assert {"memberships", "municipalities", "schedules", "network_groups", "group_choices"} <= read
