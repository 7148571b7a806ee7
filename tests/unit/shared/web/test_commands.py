"""One request, one transaction, one answer, however often it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from shared import clock, halting
from shared.eventstore import Store
from shared.housekeeping import forget_old_receipts
from shared.web.app import App
from shared.web.consistency import read_token
from shared.web.receipts import forget_receipts_naming
from tests.support.parking_office import OURS, THEIRS

PATH = f"/garage/v1/garages/{OURS}/rentals"
RENT = {"place": "7", "car": "red"}
Headers = dict[str, str]


def places(store: Store) -> list[str]:
    return [recorded.event.place for recorded in store.history()]


def test_a_command_answers_with_its_version_and_a_consistency_token(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    answer = client.post(PATH, json=RENT, headers=office)

    assert answer.status_code == 201
    assert answer.json == {"garage_id": OURS, "place": "7", "car": "red", "times": 1}
    assert answer.headers["ETag"] == '"v1"'
    assert read_token(answer.headers["Consistency-Token"]) == ("garage", [(f"place-{OURS}/7", 1)])
    assert places(store) == ["7"]


def test_events_keep_who_asked_and_what_it_belongs_to(
    client: FlaskClient, municipality: Headers, store: Store
) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client.post(PATH, json=RENT, headers=municipality | {"traceparent": trace})
    recorded = store.history()[0]

    assert recorded.actor == f"municipality/{OURS}"
    assert recorded.correlation_id == "0af7651916cd43dd8448eb211c80319c"
    assert not recorded.example


def test_a_refusal_is_a_problem_with_the_code_of_its_rule(client: FlaskClient, office: Headers) -> None:
    client.post(PATH, json=RENT, headers=office)
    answer = client.post(PATH, json=RENT | {"car": "blue"}, headers=office)

    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "place-taken"
    assert answer.json["details"] == {"place": "7"}


def test_a_refused_request_leaves_nothing_of_what_it_did_before(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    client.post(PATH, json=RENT, headers=office)
    answer = client.post(
        f"/garage/v1/garages/{OURS}/two-rentals", json=RENT | {"car": "blue"}, headers=office
    )

    assert answer.status_code == 409
    assert places(store) == ["7"]


def test_a_crash_leaves_nothing_and_tells_nothing(
    client: FlaskClient, office: Headers, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/garage/v1/crashes", headers=office)

    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["code"] == "internal-error"
    assert "secret-words" not in answer.text + caplog.text
    assert "Traceback" not in answer.text
    assert "crash_after_renting" in caplog.text
    assert places(store) == []


def test_the_same_key_gets_the_same_answer_and_has_one_effect(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    headers = office | {"Idempotency-Key": "a-1"}
    first = client.post(PATH, json=RENT, headers=headers)
    second = client.post(PATH, json=RENT, headers=headers)

    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"
    assert (second.status_code, second.data) == (first.status_code, first.data)
    for name in ("ETag", "Content-Type", "Consistency-Token"):
        assert second.headers[name] == first.headers[name]
    assert len(store.history()) == 1


def test_a_refusal_is_kept_as_an_answer_too(client: FlaskClient, office: Headers, store: Store) -> None:
    client.post(PATH, json=RENT, headers=office)
    headers = office | {"Idempotency-Key": "a-1"}
    first = client.post(PATH, json=RENT | {"car": "blue"}, headers=headers)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE publisher SET sent = sent"))
    second = client.post(PATH, json=RENT | {"car": "blue"}, headers=headers)

    assert second.headers["Idempotent-Replay"] == "true"
    assert (second.status_code, second.data) == (409, first.data)


def test_a_crash_is_never_kept(client: FlaskClient, office: Headers, store: Store) -> None:
    client.post("/garage/v1/crashes", headers=office | {"Idempotency-Key": "a-1"})
    with store.reading() as connection:
        kept = connection.execute(text("SELECT count(*) FROM receipts")).scalar_one()

    assert kept == 0


def test_a_key_with_another_body_is_refused(client: FlaskClient, office: Headers, store: Store) -> None:
    headers = office | {"Idempotency-Key": "a-1"}
    client.post(PATH, json=RENT, headers=headers)
    answer = client.post(PATH, json=RENT | {"place": "8"}, headers=headers)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "idempotency-key-reused"
    assert places(store) == ["7"]


def test_a_key_belongs_to_its_caller_and_its_path(
    client: FlaskClient, office: Headers, municipality: Headers, store: Store
) -> None:
    key = {"Idempotency-Key": "a-1"}
    client.post(PATH, json=RENT, headers=municipality | key)
    elsewhere = client.post(f"/garage/v1/garages/{THEIRS}/rentals", json=RENT, headers=office | key)
    other = client.post(PATH, json=RENT | {"place": "8"}, headers=office | key)

    assert (elsewhere.status_code, other.status_code) == (201, 201)
    assert places(store) == ["7", "7", "8"]


@pytest.mark.parametrize("key", ["", "x" * 256, "blåbær", "a\tb"])
def test_a_key_of_another_shape_is_refused(client: FlaskClient, office: Headers, key: str) -> None:
    answer = client.post(PATH, json=RENT, headers=office, environ_overrides={"HTTP_IDEMPOTENCY_KEY": key})

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "idempotency-key-malformed"


def test_receipts_are_forgotten_after_a_day(client: FlaskClient, office: Headers, store: Store) -> None:
    client.post(PATH, json=RENT, headers=office | {"Idempotency-Key": "a-1"})
    with store.database.writing() as connection:
        early = forget_old_receipts(connection, clock.now() + timedelta(hours=23))
        late = forget_old_receipts(connection, clock.now() + timedelta(hours=25))

    assert (early, late) == (0, 1)


def test_a_key_is_free_again_after_a_day_also_where_nobody_has_cleaned_up(
    client: FlaskClient, office: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(PATH, json=RENT, headers=office | {"Idempotency-Key": "a-1"})
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    other = RENT | {"place": "8"}
    answers = [client.post(PATH, json=other, headers=office | {"Idempotency-Key": "a-1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.headers.get("Idempotent-Replay") for answer in answers] == [None, "true"]


def test_receipts_that_name_something_erased_are_forgotten(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    client.post(PATH, json=RENT | {"car": "100%"}, headers=office | {"Idempotency-Key": "a-1"})
    with store.database.writing() as connection:
        others = forget_receipts_naming(connection, "200%")
        named = forget_receipts_naming(connection, "100%")

    assert (others, named) == (0, 1)


def test_twenty_parallel_requests_with_one_key_have_one_effect(
    app: App, office: Headers, store: Store
) -> None:
    headers = office | {"Idempotency-Key": "a-1"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: app.test_client().post(PATH, json=RENT, headers=headers), range(20))
        )

    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert len(store.history()) == 1


def test_somebody_faster_makes_the_request_be_carried_out_anew(
    client: FlaskClient, office: Headers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.errors import Conflict
    from shared.eventstore import Transaction

    original, turns = Transaction.handle, []

    def overtaken_once(self: Transaction, *args: object, **kwargs: object) -> object:
        turns.append(1)
        if len(turns) == 1:
            raise Conflict("Somebody was faster on this stream.")
        return original(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Transaction, "handle", overtaken_once)
    answer = client.post(PATH, json=RENT, headers=office)

    assert (answer.status_code, len(turns)) == (201, 2)


def test_one_who_is_never_faster_is_told_so(
    client: FlaskClient, office: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.errors import Conflict
    from shared.eventstore import Transaction

    def overtaken(*_args: object, **_kwargs: object) -> object:
        raise Conflict("Somebody was faster on this stream.")

    monkeypatch.setattr(Transaction, "handle", overtaken)
    answer = client.post(PATH, json=RENT, headers=office)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "version-conflict"


def test_nothing_is_recorded_while_database_and_log_disagree(
    client: FlaskClient, office: Headers, store: Store
) -> None:
    with store.database.writing() as connection:
        halting.halt(connection, "log-forked", "made by a test")

    answer = client.post(PATH, json=RENT, headers=office)

    assert (answer.status_code, answer.json["code"]) == (503, "recording-halted")
    assert "Retry-After" in answer.headers
    assert places(store) == []
