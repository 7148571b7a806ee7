"""Nothing is changed unseen: If-Match on changes and on reads."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from shared.eventstore import Store
from tests.support.parking_office import COLOUR, PLACE, RENT, RENTALS, code, free

Headers = dict[str, str]


def test_the_tag_that_was_read_lets_a_change_through_once(
    client: FlaskClient, office: Headers, store: Store, tag: str
) -> None:
    free(store)
    late = client.post(RENTALS, json=RENT, headers=office | {"If-Match": tag})
    freed = client.get(PLACE, headers=office).headers["ETag"]
    done = client.post(RENTALS, json=RENT, headers=office | {"If-Match": freed})
    again = client.post(RENTALS, json=RENT, headers=office | {"If-Match": done.headers["ETag"]})

    assert code(late) == (412, "version-conflict")
    assert (done.status_code, done.headers["ETag"], again.status_code) == (201, '"v3"', 201)
    assert len(store.history()) == 3


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('"v1"', 201),
        ('"x", "v1-abc"', 201),
        ("*", 201),
        ('"v2"', 412),
        ('"v0"', 412),
        ('W/"v1"', 412),
        ('"1"', 412),
        ('""', 412),
        ("v1", 400),
        ('"v1" "v2"', 400),
        ('"v1', 400),
        ("", 400),
        ('*, "v1"', 400),
    ],
)
def test_if_match_is_a_list_of_strong_tags_or_a_star(
    client: FlaskClient, office: Headers, tag: str, given: str, status: int
) -> None:
    answer = client.post(RENTALS, json=RENT, headers=office | {"If-Match": given})

    assert answer.status_code == status
    if status != 201:
        assert code(answer)[1] == ("version-conflict" if status == 412 else "if-match-malformed")


def test_a_star_asks_for_something_that_is_there(client: FlaskClient, office: Headers) -> None:
    answer = client.post(RENTALS, json=RENT, headers=office | {"If-Match": "*"})

    assert code(answer) == (412, "version-conflict")


def test_a_read_can_be_made_conditional_on_its_state_too(
    client: FlaskClient, office: Headers, tag: str
) -> None:
    assert client.get(PLACE, headers=office | {"If-Match": tag}).status_code == 200
    assert code(client.get(PLACE, headers=office | {"If-Match": '"v9-x"'})) == (412, "version-conflict")


def test_what_changes_without_an_event_is_compared_by_its_part(client: FlaskClient, office: Headers) -> None:
    blue = client.put(COLOUR, headers=office).headers["ETag"]
    refused = client.put(COLOUR, headers=office | {"If-Match": blue})

    assert blue.startswith('"v1.')
    assert code(refused) == (412, "version-conflict")


def test_who_asks_and_where_is_looked_at_before_the_condition(client: FlaskClient, office: Headers) -> None:
    malformed = {"If-Match": ""}

    assert code(client.post(RENTALS, json=RENT, headers=malformed)) == (401, "token-missing")
    assert code(client.delete(RENTALS, headers=office | malformed)) == (405, "method-not-allowed")


def test_a_condition_that_nothing_compares_is_refused_rather_than_ignored(
    client: FlaskClient, office: Headers
) -> None:
    answer = client.post("/garage/v1/sweepings", headers=office | {"If-Match": '"v1"'})

    assert code(answer) == (412, "if-match-unsupported")
