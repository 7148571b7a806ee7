"""Forms that people send: carried out once, or shown again with what is wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.eventstore import Store
from tests.support.parking_office import OURS, THEIRS

PAGE = f"/garage/garages/{OURS}"
Headers = dict[str, str]


def hidden(page: str) -> dict[str, str]:
    form = page[page.index("<main") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def opened(browser: FlaskClient, **fields: str) -> dict[str, str]:
    return {**hidden(browser.get(PAGE).text), "place": "7", "car": "red", **fields}


def events(store: Store) -> list[str]:
    return [recorded.event.place for recorded in store.history()]


def test_a_form_that_is_right_leads_on(browser: FlaskClient, store: Store) -> None:
    answer = browser.post(PAGE, data=opened(browser))

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert events(store) == ["7"]


def test_the_next_page_is_told_what_to_wait_for(browser: FlaskClient) -> None:
    answer = browser.post(PAGE, data=opened(browser))
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("samvirke_seen="))

    assert "HttpOnly" in cookie
    assert "Max-Age=30" in cookie


def test_a_form_without_its_token_is_refused(browser: FlaskClient, store: Store) -> None:
    without = {name: value for name, value in opened(browser).items() if name != "csrf_token"}
    answer = browser.post(PAGE, data=without)

    assert answer.status_code == 400
    assert "csrf-failed" in answer.text
    assert events(store) == []


def test_a_form_with_somebody_elses_token_is_refused(browser: FlaskClient, store: Store, app: Any) -> None:
    stranger = app.test_client()
    stranger.set_cookie("samvirke_session", browser.get_cookie("samvirke_session").value)  # type: ignore[union-attr]
    foreign = opened(stranger)
    opened(browser)
    answer = browser.post(PAGE, data=foreign)

    assert answer.status_code == 400
    assert events(store) == []


def test_a_json_post_to_a_page_is_no_way_around_the_token(browser: FlaskClient, store: Store) -> None:
    answer = browser.post(PAGE, json={"place": "7", "car": "red"})

    assert answer.status_code == 400
    assert events(store) == []


def test_a_double_click_has_one_effect(browser: FlaskClient, store: Store) -> None:
    data = opened(browser)
    first, second = browser.post(PAGE, data=data), browser.post(PAGE, data=data)

    assert second.headers["Idempotent-Replay"] == "true"
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert events(store) == ["7"]


def test_going_back_and_sending_something_else_counts(browser: FlaskClient, store: Store) -> None:
    data = opened(browser)
    browser.post(PAGE, data=data)
    answer = browser.post(PAGE, data=data | {"place": "8"})

    assert answer.status_code == 303
    assert events(store) == ["7", "8"]


def test_a_wrong_field_is_said_beside_it_in_norwegian(browser: FlaskClient, store: Store) -> None:
    answer = browser.post(PAGE, data=opened(browser, place="x" * 21, car=""))
    page = answer.text

    assert answer.status_code == 422
    assert 'id="felt-car-feil">Må fylles ut.<' in page
    assert re.search(r'name="car"[^>]*aria-describedby="felt-car-feil" aria-invalid="true"', page)
    assert '<a class="ds-link" href="#felt-car">Bil: Må fylles ut.</a>' in page
    assert "<!--felt:" not in page
    assert re.search(r'name="place" value="x{21}" aria-describedby="felt-place-hint felt-place-feil"', page)
    assert events(store) == []


def test_a_refusal_shows_the_form_again_with_its_reason(browser: FlaskClient, store: Store) -> None:
    browser.post(PAGE, data=opened(browser))
    answer = browser.post(PAGE, data=opened(browser, car="blue"))

    assert answer.status_code == 409
    assert "Plassen er opptatt." in answer.text
    assert 'value="blue"' in answer.text
    assert len(events(store)) == 1


def test_a_form_that_was_read_at_an_older_version_is_shown_again(browser: FlaskClient, store: Store) -> None:
    browser.post(PAGE, data=opened(browser))
    answer = browser.post(PAGE, data=opened(browser, car="blue", if_match='"v0"'))

    assert answer.status_code == 409
    assert "Noen andre har endret dette i mellomtiden" in answer.text
    assert len(events(store)) == 1


def test_an_unknown_field_is_refused(browser: FlaskClient, store: Store) -> None:
    answer = browser.post(PAGE, data=opened(browser, price="0"))

    assert answer.status_code == 422
    assert events(store) == []


def test_a_municipality_cannot_send_anothers_form(
    client: FlaskClient, municipality: Headers, store: Store
) -> None:
    client.set_cookie("samvirke_session", municipality["Authorization"].removeprefix("Bearer "))
    data = opened(client)
    answer = client.post(PAGE.replace(OURS, THEIRS), data=data)

    assert answer.status_code == 403
    assert "annen kommune" in answer.text
    assert events(store) == []


def test_labels_belong_to_their_controls(browser: FlaskClient) -> None:
    page = browser.get(PAGE).text
    labels = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    ids = re.findall(r' id="([^"]+)"', page)

    assert labels
    assert labels <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_page_begins_with_a_link_to_its_content_and_knows_its_language(browser: FlaskClient) -> None:
    page = browser.get(PAGE).text

    assert '<html lang="nb">' in page
    assert page.index('href="#innhold"') < page.index("<header")
    assert '<main id="innhold"' in page
    assert '<a href="/garage/" aria-current="page">Parkering</a>' in page


@pytest.mark.parametrize("path", ["/garage/crash", "/garage/nowhere"])
def test_what_fails_is_told_on_a_norwegian_page(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, headers={"Accept": "text/html"})

    assert answer.mimetype == "text/html"
    assert answer.status_code in (404, 500)
    assert "secret-words" not in answer.text
    assert "Feilkode" in answer.text


def test_pages_allow_no_script_no_frame_and_no_foreign_form(browser: FlaskClient) -> None:
    answer = browser.get(PAGE)
    policy = answer.headers["Content-Security-Policy"]

    for rule in (
        "default-src 'self'",
        "script-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_the_bare_address_leads_to_the_first_page_of_the_menu(client: FlaskClient) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/garage/")


def test_the_style_sheet_may_be_kept(browser: FlaskClient) -> None:
    page = browser.get(PAGE).text
    address = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)[0]
    answer = browser.get(address)

    answer.close()

    assert answer.mimetype == "text/css"
    assert "max-age" in answer.headers["Cache-Control"]
