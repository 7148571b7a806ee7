"""What is unchanged is not sent again, and nothing is changed unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from shared import builds, clock
from shared.eventstore import Store
from shared.revision import MOST_UNNUMBERED
from shared.web.access import caller
from shared.web.app import App
from tests.support import parking_company as company
from tests.support.parking_office import OURS, PLACE, RENT, RENTALS, THEIRS, code, free

Headers = dict[str, str]


def looked_up(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose views look something up from now on."""
    calls: list[str] = []
    original = app.view_functions["places.rental"]
    inner: Any = original
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__

    def counted(connection: Any, stream: str) -> None:
        calls.append(stream)

    monkeypatch.setitem(inner.__globals__, "versioned_by", counted)
    return calls


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


def test_a_read_of_events_alone_is_carried_out_once_for_each_state(
    app: App, client: FlaskClient, office: Headers, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    condition = office | {"If-None-Match": tag}
    client.get(PLACE, headers=condition)
    calls = looked_up(app, monkeypatch)

    assert client.get(PLACE, headers=condition).status_code == 304
    assert calls == []
    assert client.get(PLACE, headers=office).status_code == 200
    assert len(calls) == 1


@pytest.mark.parametrize("what", ["another day", "another caller", "an event of another place", "a build"])
def test_what_was_known_to_be_unchanged_is_looked_up_anew(
    request: pytest.FixtureRequest, app: App, tag: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    client, office, store = (request.getfixturevalue(name) for name in ("client", "office", "store"))
    client.get(PLACE, headers=office | {"If-None-Match": tag})
    asking = office
    if what == "another day":
        tomorrow = clock.today() + timedelta(days=1)
        monkeypatch.setattr(clock, "today", lambda: tomorrow)
    elif what == "another caller":
        asking = request.getfixturevalue("municipality")
    elif what == "an event of another place":
        client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    else:
        with store.database.writing() as connection:
            models = (company.rented_places,)
            number = builds.create_build(connection, company.SERVICE, models)
            builds.promote(connection, company.SERVICE, number)
    calls = looked_up(app, monkeypatch)
    client.get(PLACE, headers=asking | {"If-None-Match": tag})

    assert len(calls) == 1


def test_an_event_that_commits_late_is_not_missed(
    client: FlaskClient, office: Headers, store: Store, tag: str
) -> None:
    """Positions are taken when a transaction begins to write, and seen when it commits."""
    with store.database.writing() as connection:
        connection.execute(text("INSERT INTO publications (sequence, position) VALUES (1, 1)"))
        connection.execute(text("DELETE FROM unnumbered"))
        connection.execute(text("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'events'"))
    client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    condition = office | {"If-None-Match": tag}
    assert client.get(PLACE, headers=condition).status_code == 304
    with store.database.writing() as connection:
        connection.execute(text("UPDATE sqlite_sequence SET seq = 4 WHERE name = 'events'"))
    free(store)

    assert [one.version for one in store.history(stream=company.places.stream(OURS, "7"))] == [1, 2]
    assert client.get(PLACE, headers=condition).status_code == 200


def test_while_many_events_wait_for_their_number_nothing_is_taken_for_unchanged(
    app: App, client: FlaskClient, office: Headers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MOST_UNNUMBERED + 1):
        client.post(RENTALS, json=RENT | {"place": str(number)}, headers=office)
    tag = client.get(PLACE, headers=office).headers["ETag"]
    client.get(PLACE, headers=office | {"If-None-Match": tag})
    calls = looked_up(app, monkeypatch)
    client.get(PLACE, headers=office | {"If-None-Match": tag})

    assert len(calls) == 1


def test_only_what_events_tell_may_be_stored_and_never_by_a_cache_for_many(
    client: FlaskClient, office: Headers, tag: str
) -> None:
    stored = client.get(PLACE, headers=office)
    unchanged = client.get(PLACE, headers=office | {"If-None-Match": tag})
    other = client.get("/garage/v1/who", headers=office)

    assert stored.headers["Cache-Control"] == unchanged.headers["Cache-Control"] == "private, no-cache"
    assert other.headers["Cache-Control"] == "no-store"


def test_what_does_not_show_the_callers_write_yet_has_no_tag(
    client: FlaskClient, office: Headers, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.consistency.behind", lambda: True)
    answer = client.get(PLACE, headers=office | {"If-None-Match": tag})

    assert answer.status_code == 202
    assert "ETag" not in answer.headers


def test_a_page_is_not_tagged(browser: FlaskClient) -> None:
    assert "ETag" not in browser.get(f"/garage/garages/{OURS}").headers


def test_the_contract_document_names_conditions(client: FlaskClient) -> None:
    paths = client.get("/garage/v1/openapi.json").json["paths"]
    read = paths["/garage/v1/axes"]["get"]
    change = paths["/garage/v1/garages/{garage_id}/rentals"]["post"]

    assert "304" in read["responses"]
    assert "ETag" in read["responses"]["200"]["headers"]
    assert [one["name"] for one in read["parameters"]] == ["If-None-Match"]
    assert {"If-Match", "Idempotency-Key"} <= {one["name"] for one in change["parameters"]}


def test_who_asks_is_asked_before_anything_is_known_to_be_unchanged(
    app: App, client: FlaskClient, office: Headers, tag: str
) -> None:
    client.get(PLACE, headers=office | {"If-None-Match": tag})
    with app.test_request_context(PLACE, headers=office):
        asking = caller()

    assert asking.is_office
    assert client.get(PLACE, headers={"Authorization": "Bearer x", "If-None-Match": tag}).status_code == 401
