"""What is unchanged is not sent again, and nothing is changed unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from shared import clock
from shared.eventstore import Store
from shared.web.access import caller
from shared.web.app import App
from tests.support.parking_office import OURS, PLACE, THEIRS, code, free

Headers = dict[str, str]


@pytest.mark.parametrize("path", [PLACE, "/garage/v1/axes", "/garage/v1/openapi.json", "/garage/v1/open"])
def test_every_read_has_a_tag_and_is_not_sent_again_to_who_has_it(
    client: FlaskClient, office: Headers, tag: str, path: str
) -> None:
    first = client.get(path, headers=office)
    again = client.get(path, headers=office | {"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert (again.data, again.headers["ETag"]) == (b"", first.headers["ETag"])
    assert "Content-Type" not in again.headers
    assert again.headers["Vary"] == first.headers["Vary"]


@pytest.mark.parametrize("given", ["{}", "W/{}", '"x", {}', 'W/"x",W/{}', "*"])
def test_one_tag_of_a_list_is_enough_and_a_weak_one_as_well(
    client: FlaskClient, office: Headers, tag: str, given: str
) -> None:
    answer = client.get(PLACE, headers=office | {"If-None-Match": given.format(tag)})

    assert answer.status_code == 304


@pytest.mark.parametrize("given", ['"v1"', '"x"', "nonsense", '"', ""])
def test_whoever_has_something_else_gets_it_all(
    client: FlaskClient, office: Headers, tag: str, given: str
) -> None:
    answer = client.get(PLACE, headers=office | {"If-None-Match": given})

    assert (answer.status_code, answer.headers["ETag"]) == (200, tag)


def test_head_has_the_same_tag(client: FlaskClient, office: Headers, tag: str) -> None:
    assert client.head(PLACE, headers=office).headers["ETag"] == tag
    assert client.head(PLACE, headers=office | {"If-None-Match": tag}).status_code == 304


def test_an_error_has_no_tag_and_is_never_unchanged(client: FlaskClient, office: Headers) -> None:
    answer = client.get("/garage/v1/axes?as_of=x", headers=office | {"If-None-Match": "*"})

    assert answer.status_code == 422
    assert "ETag" not in answer.headers


def test_who_may_not_read_is_not_told_that_nothing_has_changed(
    client: FlaskClient, municipality: Headers, tag: str
) -> None:
    condition = {"If-None-Match": tag}

    assert client.get(PLACE, headers=condition).status_code == 401
    elsewhere = client.get(PLACE.replace(OURS, THEIRS), headers=municipality | condition)
    assert code(elsewhere) == (403, "other-municipality")


def test_a_change_is_seen_at_once(client: FlaskClient, office: Headers, store: Store, tag: str) -> None:
    condition = office | {"If-None-Match": tag}
    assert client.get(PLACE, headers=condition).status_code == 304
    free(store)
    answer = client.get(PLACE, headers=condition)

    assert (answer.status_code, answer.json) == (200, {})
    assert answer.headers["ETag"].startswith('"v2-')


def test_another_day_is_asked_about_anew(
    client: FlaskClient, office: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = client.get("/garage/v1/axes", headers=office).headers["ETag"]
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    answer = client.get("/garage/v1/axes", headers=office | {"If-None-Match": known})

    assert answer.status_code == 200


def test_only_what_events_tell_may_be_stored_and_never_by_a_cache_for_many(
    client: FlaskClient, office: Headers, tag: str
) -> None:
    stored = client.get(PLACE, headers=office)
    unchanged = client.get(PLACE, headers=office | {"If-None-Match": tag})
    other = client.get("/garage/v1/who", headers=office)

    assert stored.headers["Cache-Control"] == unchanged.headers["Cache-Control"] == "private, no-cache"
    assert other.headers["Cache-Control"] == "no-store"


def test_a_page_is_not_tagged(browser: FlaskClient) -> None:
    assert "ETag" not in browser.get(f"/garage/garages/{OURS}").headers


def test_the_contract_document_names_conditions(client: FlaskClient) -> None:
    paths = client.get("/garage/v1/openapi.json").json["paths"]
    read = paths["/garage/v1/axes"]["get"]
    change = paths["/garage/v1/garages/{garage_id}/rentals"]["post"]

    assert "304" in read["responses"]
    assert "ETag" in read["responses"]["200"]["headers"]
    assert "If-None-Match" in [one["name"] for one in read["parameters"]]
    assert {"If-Match", "Idempotency-Key"} <= {one["name"] for one in change["parameters"]}


def test_who_asks_is_asked_before_anything_is_known_to_be_unchanged(
    app: App, client: FlaskClient, office: Headers, tag: str
) -> None:
    client.get(PLACE, headers=office | {"If-None-Match": tag})
    with app.test_request_context(PLACE, headers=office):
        asking = caller()

    assert asking.is_office
    assert client.get(PLACE, headers={"Authorization": "Bearer x", "If-None-Match": tag}).status_code == 401
