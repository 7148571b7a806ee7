"""An address takes the parameters that its document names, and refuses what it would otherwise not heed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.parking_office import OURS

Headers = dict[str, str]

AXES = "/garage/v1/axes"
NUMBERS = "/garage/v1/numbers"


def test_a_parameter_that_an_address_does_not_take_is_named_with_those_that_it_takes(
    client: FlaskClient, office: Headers
) -> None:
    answer = client.get(f"{AXES}?as_off=2023-06-30", headers=office)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "parameter-unknown"
    assert answer.json["details"] == {"parameter": "as_off", "takes": ["as_of", "known_at"]}
    assert answer.json["detail"] == "There is no parameter as_off here; this address takes as_of, known_at."


def test_an_address_without_parameters_takes_none(client: FlaskClient, office: Headers) -> None:
    answer = client.get("/garage/v1/who?as_of=2023-06-30", headers=office)

    assert answer.json is not None
    assert answer.json["detail"] == "There is no parameter as_of here; this address takes none."


def test_a_change_is_not_made_where_a_parameter_is_unknown(client: FlaskClient, office: Headers) -> None:
    assert client.post("/garage/v1/sweepings?dry_run=true", headers=office).status_code == 400


@pytest.mark.parametrize("query", ["as_of=2023-06-30&as_of=2024-06-30", "as_of=2023-06-30&as_of=2023-06-30"])
def test_a_parameter_is_given_once(client: FlaskClient, office: Headers, query: str) -> None:
    answer = client.get(f"{AXES}?{query}", headers=office)

    assert answer.status_code == 400
    assert answer.json is not None
    assert (answer.json["code"], answer.json["details"]) == ("parameter-repeated", {"parameter": "as_of"})


def test_a_list_is_given_by_its_name_again_and_again(client: FlaskClient, office: Headers) -> None:
    assert client.get(f"{NUMBERS}?of=primes&of=squares", headers=office).status_code == 200


def test_a_page_is_for_people_whose_links_others_add_to(browser: FlaskClient) -> None:
    assert browser.get(f"/garage/garages/{OURS}?utm_source=nettsted").status_code == 200
