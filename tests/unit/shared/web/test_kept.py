"""An answer is given again for only as long as nothing has happened."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared import builds, clock
from shared.eventstore import Store
from shared.revision import MOST_UNNUMBERED
from shared.web import consistency
from shared.web.app import App
from tests.support import parking_company as company
from tests.support.parking_office import (
    OURS,
    PLACE,
    RENT,
    RENTALS,
    code,
    free,
    watched,
)

Headers = dict[str, str]
Token = Callable[..., str]


def test_a_read_of_events_alone_is_carried_out_once_for_each_state(
    client: FlaskClient, office: Headers, tag: str, looked_up: list[str]
) -> None:
    whole = client.get(PLACE, headers=office)
    unchanged = client.get(PLACE, headers=office | {"If-None-Match": tag})

    assert (whole.status_code, unchanged.status_code) == (200, 304)
    assert looked_up == []


def test_what_is_given_again_is_the_same_answer_but_for_its_id(
    client: FlaskClient, office: Headers, looked_up: list[str]
) -> None:
    client.post(RENTALS, json=RENT, headers=office)
    first, again = (client.get(PLACE, headers=office) for _ in range(2))

    assert looked_up == ["7", "7"]  # the command shows it as well
    assert again.data == first.data
    assert sorted(again.headers.items()) == sorted(
        (first.headers | {"X-Request-ID": again.headers["X-Request-ID"]}).items()
    )
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]


def test_that_it_is_unchanged_is_said_with_the_same_headers_too(
    app: App, client: FlaskClient, office: Headers, tag: str
) -> None:
    condition = office | {"If-None-Match": tag, "X-Request-ID": "one"}
    again = client.get(PLACE, headers=condition)
    app.extensions["samvirke"].kept.keep = lambda *_: None
    client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    anew = client.get(PLACE, headers=condition)

    assert again.status_code == anew.status_code == 304
    assert sorted(again.headers.items()) == sorted(anew.headers.items())


def test_what_was_unchanged_when_it_was_looked_up_is_given_again_whole(
    client: FlaskClient, office: Headers, tag: str, looked_up: list[str]
) -> None:
    client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    assert client.get(PLACE, headers=office | {"If-None-Match": tag}).status_code == 304
    looked_up.clear()

    assert client.get(PLACE, headers=office).json["car"] == "red"
    assert looked_up == []


def test_it_is_told_in_the_log_like_every_request(
    client: FlaskClient, municipality: Headers, tag: str, caplog: pytest.LogCaptureFixture
) -> None:
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "X-Request-ID": "one"}
    client.get(PLACE, headers=municipality)
    with caplog.at_level(logging.INFO, "samvirke.web"):
        client.get(PLACE, headers=municipality | trace)
        client.post(RENTALS, json=RENT | {"place": "8"}, headers=municipality)
        caplog.clear()
        client.get(PLACE, headers=municipality | trace)
        client.get(PLACE, headers=municipality | trace)
    anew, again = (json.loads(record.message) | {"milliseconds": 0} for record in caplog.records)

    assert again == anew
    assert (again["request_id"], again["correlation_id"]) == ("one", "a" * 32)
    assert again["actor"] == f"municipality/{OURS}"


def test_another_day_is_looked_up_anew(
    client: FlaskClient, office: Headers, tag: str, looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    client.get(PLACE, headers=office | {"If-None-Match": tag})

    assert looked_up == ["7"]


@pytest.mark.parametrize("what", ["an event of another place", "a build", "a number"])
def test_when_something_has_happened_it_is_looked_up_anew(
    request: pytest.FixtureRequest, tag: str, looked_up: list[str], what: str
) -> None:
    client, office, store = (request.getfixturevalue(name) for name in ("client", "office", "store"))
    if what == "an event of another place":
        client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    elif what == "a build":
        rebuilt(store)
    else:
        numbered(store)
    looked_up.clear()
    client.get(PLACE, headers=office | {"If-None-Match": tag})

    assert looked_up == ["7"]


def rebuilt(store: Store) -> None:
    """Readers see an empty build."""
    with store.database.writing() as connection:
        number = builds.create_build(connection, store.service, (company.rented_places,))
        builds.promote(connection, store.service, number)


def numbered(store: Store) -> None:
    """The first event has its number."""
    with store.database.writing() as connection:
        connection.execute(text("INSERT INTO publications (sequence, position) VALUES (1, 1)"))
        connection.execute(text("DELETE FROM unnumbered"))


def test_readers_who_are_led_back_are_not_shown_what_the_other_build_said(
    client: FlaskClient, office: Headers, store: Store, tag: str
) -> None:
    rebuilt(store)
    assert client.get(PLACE, headers=office).json == {}
    with store.database.writing() as connection:
        builds.go_back(connection, [company.rented_places.name])

    assert client.get(PLACE, headers=office).json["car"] == "red"


def test_an_event_that_commits_late_is_not_missed(
    client: FlaskClient, office: Headers, store: Store, tag: str
) -> None:
    """Positions are taken when a transaction begins to write, and seen when it commits."""
    numbered(store)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'events'"))
    client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    condition = office | {"If-None-Match": tag}
    assert client.get(PLACE, headers=condition).status_code == 304
    with store.database.writing() as connection:
        connection.execute(text("UPDATE sqlite_sequence SET seq = 4 WHERE name = 'events'"))
    free(store)

    assert [one.version for one in store.history(stream=company.places.stream(OURS, "7"))] == [1, 2]
    assert client.get(PLACE, headers=condition).status_code == 200


def test_what_happens_while_the_view_is_at_it_is_not_missed(
    app: App, client: FlaskClient, office: Headers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(RENTALS, json=RENT, headers=office)
    watched(app, monkeypatch, meanwhile=lambda: free(store) if not store.history()[1:] else None)

    assert client.get(PLACE, headers=office).json["car"] == "red"
    assert client.get(PLACE, headers=office).json == {}


def test_what_was_begun_before_midnight_is_not_given_again(
    app: App, client: FlaskClient, office: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view asks for the day after it was noted; a clock of an example may be set back."""
    client.post(RENTALS, json=RENT, headers=office)
    days = [date(2026, 1, 1)]
    monkeypatch.setattr(clock, "today", lambda: days[-1])
    looked_up = watched(app, monkeypatch, meanwhile=lambda: days.append(date(2026, 1, 2)))
    client.get(PLACE, headers=office)
    days.append(date(2026, 1, 1))
    client.get(PLACE, headers=office)

    assert looked_up == ["7", "7"]


def test_while_many_events_wait_for_their_number_nothing_is_given_again(
    client: FlaskClient, office: Headers, looked_up: list[str]
) -> None:
    for number in range(MOST_UNNUMBERED + 1):
        client.post(RENTALS, json=RENT | {"place": str(number)}, headers=office)
    client.get(PLACE, headers=office)
    looked_up.clear()
    client.get(PLACE, headers=office)

    assert looked_up == ["7"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"If-Match": '"v7-x"'}, (412, "version-conflict")),
        ({"Consistency-Token": "x"}, (400, "consistency-token-malformed")),
        ({"Accept": "image/png"}, (406, "not-acceptable")),
    ],
)
def test_a_condition_beside_the_question_is_heeded(
    client: FlaskClient, office: Headers, tag: str, header: Headers, expected: tuple[int, str]
) -> None:
    assert code(client.get(PLACE, headers=office | header)) == expected


def test_a_browser_which_may_have_seen_a_write_is_answered_anew(
    client: FlaskClient, office: Headers, tag: str, looked_up: list[str]
) -> None:
    client.set_cookie(consistency.COOKIE, "x")
    client.get(PLACE, headers=office)

    assert looked_up == ["7"]


def test_who_brings_the_token_of_a_write_is_answered_anew(
    client: FlaskClient, office: Headers, tag: str, looked_up: list[str]
) -> None:
    """Whether the write shows is asked every time."""
    written = client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    looked_up.clear()
    for _ in range(2):
        client.get(PLACE, headers=office | {"Consistency-Token": written.headers["Consistency-Token"]})

    assert looked_up == ["7", "7"]


def test_what_does_not_show_the_callers_write_yet_has_no_tag_and_is_not_given_again(
    client: FlaskClient, office: Headers, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shared.web.consistency.behind", lambda: True)
        behind = client.get(f"{PLACE}?as_of=2026-01-01", headers=office | {"If-None-Match": tag})
    after = client.get(f"{PLACE}?as_of=2026-01-01", headers=office | {"If-None-Match": tag})

    assert (behind.status_code, after.status_code) == (202, 304)
    assert "ETag" not in behind.headers


def test_another_address_is_another_question(client: FlaskClient, office: Headers, tag: str) -> None:
    assert client.get(PLACE, headers=office).json["car"] == "red"
    assert client.get(PLACE.replace("/7", "/8"), headers=office).json == {}
    assert client.head(PLACE, headers=office).data == b""


def test_a_database_that_is_away_is_told_as_ever(
    client: FlaskClient, office: Headers, tag: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("", None, Exception())

    monkeypatch.setattr(store, "revision", away)
    answer = client.get(PLACE, headers=office)

    assert code(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"]
