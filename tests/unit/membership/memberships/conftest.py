"""The first network in a membership service, version 1 published."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Connection

from services.membership.municipalities.queries import by_number
from shared import clock
from shared.eventstore import Store
from shared.settings import Settings
from tests.support.membership_client import Visitor
from tests.support.membership_suite import app, first_network, load, office, settings, store
from tests.support.membership_way import publish

__all__ = ["app", "first_network", "load", "office", "settings", "store"]


def _carrying(connection: Connection, number: str) -> str:
    return by_number(connection, number, clock.today())[0].municipality_id


@pytest.fixture
def harstad(store: Store, first_network: None) -> str:
    with store.reading() as connection:
        return _carrying(connection, "5503")


@pytest.fixture
def loppa(store: Store, first_network: None) -> str:
    with store.reading() as connection:
        return _carrying(connection, "5614")


@pytest.fixture
def alta(store: Store, first_network: None) -> str:
    with store.reading() as connection:
        return _carrying(connection, "5601")


@pytest.fixture
def version_1(office: Visitor, harstad: str) -> None:
    answer = publish(office, harstad)
    assert answer.status_code == 201, answer.text


@pytest.fixture
def from_loppa(app: Flask, settings: Settings, loppa: str) -> Visitor:
    return Visitor(app, settings, loppa)


@pytest.fixture
def from_alta(app: Flask, settings: Settings, alta: str) -> Visitor:
    return Visitor(app, settings, alta)
