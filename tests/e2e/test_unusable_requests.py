"""Forms that no page of ours gave, cookies where a token is needed, and bodies that cannot be used."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.steps import found, recorded
from tests.support.running import Suite


def signed_in(suite: Suite) -> str:
    """The cookies of a browser in which the office has just signed in."""
    link = suite.run("signin", "office").stdout.strip()
    path = link.removeprefix(suite.url)
    page = suite.call("GET", path)
    token = page.body.decode().split('name="csrf_token" value="')[1].split('"')[0]
    first = page.headers["Set-Cookie"].split(";")[0]
    headers = {
        "Cookie": first,
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": suite.url + path,
    }
    answer = suite.call("POST", path, f"csrf_token={token}".encode(), headers=headers)
    assert answer.status == 303, answer.body
    session = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("samvirke_session"))
    return f"{first}; {session.split(';')[0]}"


def test_a_form_without_its_token_and_a_cookie_at_the_interface_change_nothing(shared: Suite) -> None:
    cookies, before = signed_in(shared), recorded(shared)
    form = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    page = shared.call("GET", "/fees/", headers={"Cookie": cookies})
    without = shared.call("POST", "/fees/tilskudd/nytt", b"grantor=x", headers=form)
    wrong = shared.call("POST", "/fees/tilskudd/nytt", b"grantor=x&csrf_token=wrong", headers=form)
    body: Any = {"names": {"nb": "Kapselvik"}, "valid_from": "2026-01-01", "invented": True}
    cookie_alone = shared.call("POST", "/membership/v1/municipalities", body, headers={"Cookie": cookies})

    assert page.status == 200
    assert (without.status, wrong.status) == (400, 400)
    assert (cookie_alone.status, cookie_alone.json["code"]) == (401, "token-missing")
    assert recorded(shared) == before


BODIES = {
    "too big": (b'{"x": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    "not JSON": (b"{", "application/json", 400),
    "not UTF-8": (b'{"x": "\xff"}', "application/json", 400),
    "no finite number": (b'{"x": NaN}', "application/json", 400),
    "deeply nested": (b"[" * 5_000 + b"]" * 5_000, "application/json", 400),
    "not declared as JSON": (b"x=1", "application/x-www-form-urlencoded", 415),
    "a list": (b"[]", "application/json", 422),
    "wrongly typed": (
        b'{"names": 7, "valid_from": "yesterday", "name": [], "kind": {}, "grantor": 1}',
        "application/json",
        422,
    ),
    "unknown fields": (b'{"surprise": 1}', "application/json", 422),
}


@pytest.mark.parametrize("path", ["/membership/v1/municipalities", "/fees/v1/grants", "/groups/v1/groups"])
def test_a_body_that_cannot_be_used_is_answered_as_such_and_changes_nothing(shared: Suite, path: str) -> None:
    before, token = recorded(shared), shared.office
    for what, (body, kind, status) in BODIES.items():
        answer = shared.call("POST", path, body, token=token, headers={"Content-Type": kind})

        assert answer.status == status, (what, answer.status, answer.body[:300])
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["code"]
    assert recorded(shared) == before


def test_a_date_before_all_years_is_answered_as_such(shared: Suite) -> None:
    path = f"/membership/v1/municipalities/{found(shared, '5501')}/population"
    figure = {"as_of": "0001-01-01", "inhabitants": 7, "source": "nobody"}
    answer = shared.call("POST", path, figure, token=shared.office)

    assert (answer.status, answer.json["code"]) == (422, "out-of-range")
