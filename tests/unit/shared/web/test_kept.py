"""An answer is given again only to who got it, and only for as long as nothing has happened."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from jwt.algorithms import OKPAlgorithm
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared import builds, clock
from shared.eventstore import Store
from shared.revision import MOST_UNNUMBERED
from shared.settings import Issuer, Settings
from shared.web import consistency, kept
from shared.web.app import App
from shared.web.issuers import TokenExpiredError, TrustedIssuers, Verified
from shared.web.kept import Answer, KeptAnswers, Question, State
from tests.support import parking_company as company
from tests.support.parking_office import OURS, PLACE, RENT, RENTALS, THEIRS, bearer, code, free, open_office

Headers = dict[str, str]
Token = Callable[..., str]


@pytest.fixture
def looked_up(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The streams that the view of a place has looked up."""
    return watched(app, monkeypatch)


def watched(
    app: App, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object] = lambda: None
) -> list[str]:
    """The same for any app; `meanwhile` is called when the view has looked."""
    calls: list[str] = []
    inner: Any = app.view_functions["places.rental"]
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    row = inner.__globals__["_row"]

    def found(garage_id: object, place: str) -> Any:
        calls.append(place)
        seen = row(garage_id, place)
        meanwhile()
        return seen

    monkeypatch.setitem(inner.__globals__, "_row", found)
    return calls


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
    "other",
    [
        {"scopes": ("garage:read",)},
        {"actor": "client/other"},
        {"actor": f"municipality/{OURS}", "municipality_id": OURS},
    ],
)
def test_another_caller_gets_an_answer_of_their_own(
    client: FlaskClient, token: Token, looked_up: list[str], other: dict[str, Any]
) -> None:
    asking_too = bearer(token(*other.pop("scopes", ()), **other))
    client.get("/garage/v1/who", headers=asking_too)  # and is known from then on
    client.get(PLACE, headers=bearer(token()))
    client.get(PLACE, headers=asking_too)

    assert looked_up == ["7", "7"]


@pytest.mark.parametrize("claim", ["client_id", "sub"])
def test_two_clients_of_one_subject_are_two_callers_and_two_subjects_of_one_client(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    key = Ed25519PrivateKey.generate()
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)]}))
    outside = Issuer(issuer="https://issuer.example", jwks=str(file), algorithms=("EdDSA",))
    app = open_office(store, replace(settings, issuers=(outside,)))
    looked_up = watched(app, monkeypatch)
    told = {"iss": outside.issuer, "sub": "x", "client_id": "x", "scope": "garage:read"}
    held = told | {"exp": int(time.time()) + 60}
    tokens = [jwt.encode(held | {claim: name}, key, algorithm="EdDSA") for name in ("one", "other")]
    for path in ("/garage/v1/who", PLACE):
        for token in tokens:
            app.test_client().get(path, headers=bearer(token))

    assert looked_up == ["7", "7"]


def test_who_may_not_read_it_is_not_given_it(client: FlaskClient, municipality: Headers, tag: str) -> None:
    client.get(PLACE, headers=municipality)

    assert code(client.get(PLACE)) == (401, "token-missing")
    assert code(client.get(PLACE, headers=bearer("x"))) == (401, "token-invalid")
    theirs = client.get(PLACE.replace(OURS, THEIRS), headers=municipality)
    assert code(theirs) == (403, "other-municipality")


def test_whose_token_holds_no_longer_is_not_given_it(
    client: FlaskClient, office: Headers, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(_issuers: TrustedIssuers, _token: str) -> NoReturn:
        raise TokenExpiredError("The token has expired.")

    monkeypatch.setattr(Verified, "holds", lambda _: False)
    monkeypatch.setattr(TrustedIssuers, "verify", expired)

    assert code(client.get(PLACE, headers=office)) == (401, "token-expired")


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


def test_an_address_that_names_a_write_is_answered_anew(
    client: FlaskClient, office: Headers, tag: str, looked_up: list[str]
) -> None:
    """Whether the write shows is asked every time."""
    written = client.post(RENTALS, json=RENT | {"place": "8"}, headers=office)
    looked_up.clear()
    for _ in range(2):
        client.get(f"{PLACE}?token={written.headers['Consistency-Token']}", headers=office)

    assert looked_up == ["7", "7"]


def test_what_does_not_show_the_callers_write_yet_has_no_tag_and_is_not_given_again(
    client: FlaskClient, office: Headers, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shared.web.consistency.behind", lambda: True)
        behind = client.get(f"{PLACE}?a", headers=office | {"If-None-Match": tag})
    after = client.get(f"{PLACE}?a", headers=office | {"If-None-Match": tag})

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


def question(path: str) -> Question:
    return Question(path, "", None, "caller", "actor", frozenset())


def answer(size: int) -> Answer:
    state = State(frozenset(), date(2026, 1, 1))
    return Answer(state=state, route="", tag="", body=b" " * size, headers=[], headers_unchanged=[])


def test_of_too_many_answers_those_are_forgotten_that_nobody_has_asked_for_longest() -> None:
    answers, size = KeptAnswers(), kept.MOST_BYTES // 10
    for number in range(9):
        answers.keep(question(str(number)), answer(size))
    answers.to(question("0"))
    answers.keep(question("9"), answer(size))

    held = [number for number in range(10) if answers.to(question(str(number))) is not None]
    assert held == [0, 2, 3, 4, 5, 6, 7, 8, 9]


def test_an_answer_in_the_place_of_another_takes_no_more_room() -> None:
    answers, size = KeptAnswers(), kept.MOST_BYTES // 10
    answers.keep(question("first"), answer(size))
    for _ in range(20):
        answers.keep(question("again"), answer(size))

    assert answers.to(question("first")) is not None


def test_a_long_question_takes_its_room() -> None:
    answers, long = KeptAnswers(), "x" * (kept.MOST_BYTES // 10)
    for number in range(20):
        answers.keep(question(str(number))._replace(query=long), answer(0))

    held = [n for n in range(20) if answers.to(question(str(n))._replace(query=long)) is not None]
    assert held == list(range(11, 20))


def test_an_answer_that_is_too_large_is_not_kept() -> None:
    answers = KeptAnswers()
    answers.keep(question("large"), answer(kept.MOST_BYTES // 8))

    assert answers.to(question("large")) is None
