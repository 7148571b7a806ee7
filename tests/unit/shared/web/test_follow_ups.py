"""A refused follow-up that does not go through leaves the list with a reason, by the office's hand only."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from shared import refusals
from shared.errors import Refused
from shared.eventstore import Store
from shared.web import follow_ups
from tests.support.parking_office import OURS
from tests.unit.shared.web.conftest import Headers, Token, bearer, hidden

LIST = "/garage/v1/refusals"
REASON = {"reason": "agreed by phone"}


@pytest.fixture
def refused(store: Store) -> dict[str, Any]:
    with store.database.writing() as connection:
        refusals.record(
            connection,
            ("charge_rent", "charges-g1"),
            cause="1",
            policy="charge_rent",
            key="g1",
            refusal=Refused("Too many charges."),
        )
        (row,) = refusals.unsettled(connection)
    return row


def settlement(row: dict[str, Any]) -> str:
    return f"{LIST}/{row['refusal_id']}/settlement"


def waiting(store: Store) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return refusals.unsettled(connection)


def test_it_is_listed_and_settled_once_over_http(
    client: FlaskClient, office: Headers, store: Store, refused: dict[str, Any]
) -> None:
    (listed,) = client.get(LIST, headers=office).json["items"]
    keyed = office | {"Idempotency-Key": "k1"}
    answers = [client.post(settlement(refused), json=REASON, headers=keyed) for _ in range(2)]
    again = client.post(settlement(refused), json=REASON, headers=office)

    assert listed["refusal_id"] == refused["refusal_id"]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json["settled_by"] == "office"
    assert answers[0].json["settled_because"] == "agreed by phone"
    assert (again.status_code, again.json["code"]) == (404, "refusal-unknown")
    assert waiting(store) == []


def test_a_reason_is_needed(
    client: FlaskClient, office: Headers, store: Store, refused: dict[str, Any]
) -> None:
    answer = client.post(settlement(refused), json={"reason": ""}, headers=office)

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert len(waiting(store)) == 1


@pytest.mark.parametrize("claims", [{}, {"municipality_id": OURS}])
def test_nobody_but_the_office_sees_or_settles_it(
    client: FlaskClient, claims: dict[str, str], token: Token, store: Store, refused: dict[str, Any]
) -> None:
    them = bearer(token(**claims))
    page = follow_ups.address("garage", refused)
    answers = [
        client.get(LIST, headers=them),
        client.post(settlement(refused), json=REASON, headers=them),
        client.get(page, headers=them),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert len(waiting(store)) == 1


def test_the_page_says_what_was_refused_and_takes_it_off_the_list(
    browser: FlaskClient, store: Store, refused: dict[str, Any]
) -> None:
    page = follow_ups.address("garage", refused)
    shown = browser.get(page).text
    empty = browser.post(page, data=hidden(shown))
    sent = browser.post(page, data=hidden(shown) | REASON)

    assert refused["nb"] in shown
    assert empty.status_code == 422
    assert sent.status_code == 303
    assert waiting(store) == []
    assert browser.get(page).status_code == 404
