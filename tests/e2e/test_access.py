"""Who may read and do what (decision 16), and which bodies are turned away, over all four services."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import jwt
import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.web.tokens import BuiltinIssuer
from tests.e2e.steps import found
from tests.support.running import SERVICES, Answer, Suite

OWN, OTHER = "5614", "5503"
ANY = "01890000-0000-7000-8000-000000000000"
WAY = "/membership/v1/municipalities/{}/agreements/1"
SEAT = f"/groups/v1/municipalities/{{}}/groups/{ANY}/seats/1"

READ_OF_OTHERS = (
    "/membership/v1/municipalities",
    "/membership/v1/municipalities/{}",
    "/membership/v1/municipalities/{}/memberships",
    "/membership/v1/municipalities/{}/population",
    "/membership/v1/members",
    "/membership/v1/board",
    "/membership/v1/agreements",
    "/fees/v1/schedules",
    "/fees/v1/grants",
    "/groups/v1/groups",
    "/groups/v1/coverage",
    "/groups/v1/municipalities/{}/seats",
    "/notifications/v1/events",
)
WITHHELD = (
    ("GET", "/fees/v1/municipalities/{}/years"),
    ("GET", "/fees/v1/municipalities/{}/years/2026"),
    ("GET", "/notifications/v1/notices?municipality={}"),
    ("GET", "/membership/v1/municipalities/{}/contacts"),
    *(
        ("POST", f"{WAY}/{name}")
        for name in ("treatments", "resolution", "resolution-correction", "signature")
    ),
    ("POST", "/membership/v1/municipalities/{}/contacts"),
    *(("POST", f"{SEAT}/{name}") for name in ("appointment", "vacation", "closing", "terms/1/correction")),
    ("POST", "/groups/v1/municipalities/{}/group-choices"),
)
OFFICE_ONLY = (
    *(("GET", f"/{service}/v1/waiting") for service in SERVICES),
    ("GET", "/fees/v1/years/2026/preview"),
    ("GET", "/notifications/v1/notices?audience=office"),
    ("POST", "/membership/v1/municipalities"),
    ("POST", "/membership/v1/municipality-mergers"),
    ("POST", "/membership/v1/municipality-splits"),
    ("POST", "/membership/v1/municipality-boundary-adjustments"),
    ("POST", "/membership/v1/imports/population"),
    ("POST", "/membership/v1/agreements"),
    ("POST", "/membership/v1/agreements/1/extensions"),
    *(
        ("POST", f"/membership/v1/municipalities/{{}}/{name}")
        for name in ("renumberings", "renamings", "corrections", "population")
    ),
    *(
        ("POST", f"{WAY}/{name}")
        for name in (
            "invitation",
            "conditions-settlement",
            "receipt",
            "joining-date",
            "joining-date-correction",
            "withdrawal",
            "withdrawal-cancellation",
            "leaving-date-correction",
        )
    ),
    ("POST", "/fees/v1/schedules"),
    ("POST", "/fees/v1/grants"),
    ("POST", f"/fees/v1/grants/{ANY}/revocation"),
    ("POST", "/fees/v1/years/2026/confirmation"),
    ("POST", "/fees/v1/municipalities/{}/years/2026/deviation-settlement"),
    ("POST", "/fees/v1/municipalities/{}/years/2026/waiver"),
    ("POST", "/groups/v1/groups"),
    *(("POST", f"/groups/v1/groups/{ANY}/{name}") for name in ("mandate", "archiving", "correction")),
)
ONE_PATH_EACH = (
    "/membership/v1/members",
    "/fees/v1/years/2026",
    "/groups/v1/groups",
    "/notifications/v1/events",
)


@pytest.fixture(scope="package")
def bound(shared: Suite) -> str:
    """A token with every scope, bound to one municipality."""
    return shared.token(municipality=found(shared, OWN))


def counted(suite: Suite) -> list[int]:
    return [service["events"] for service in __import__("json").loads(suite.run("status", "--json").stdout)]


def assert_refused(answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses, (answer.status, answer.body[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["code"]


def test_a_municipality_reads_memberships_and_rosters_of_others(shared: Suite, bound: str) -> None:
    other = found(shared, OTHER)
    statuses = {path: shared.call("GET", path.format(other), token=bound).status for path in READ_OF_OTHERS}

    assert statuses == dict.fromkeys(READ_OF_OTHERS, 200)


def test_a_municipality_can_neither_read_nor_do_what_belongs_to_another(shared: Suite, bound: str) -> None:
    before, other = counted(shared), found(shared, OTHER)
    for method, path in WITHHELD:
        answer = shared.call(method, path.format(other), {} if method == "POST" else None, token=bound)

        assert answer.status == 403, (method, path, answer.status)
        assert_refused(answer, 403)
    assert counted(shared) == before


def test_a_municipality_cannot_do_for_itself_what_the_office_does(shared: Suite, bound: str) -> None:
    before, own = counted(shared), found(shared, OWN)
    for method, path in OFFICE_ONLY:
        answer = shared.call(method, path.format(own), {} if method == "POST" else None, token=bound)

        assert answer.status == 403, (method, path, answer.status)
        assert_refused(answer, 403)
    assert counted(shared) == before


def test_a_municipality_sees_no_fee_and_no_unfinished_way_of_others(shared: Suite, bound: str) -> None:
    own = found(shared, OWN)
    shared.settled()
    fees = shared.get("/fees/v1/years/2026", token=bound)["fees"]
    board = shared.get("/membership/v1/board", token=bound)["items"]
    feed = (
        shared.get("/notifications/v1/events?limit=1000&type=no.digitrofi.Fee*", token=bound) if False else []
    )
    told = shared.get("/notifications/v1/events?limit=1000", token=bound)
    withheld = ("Fee", "Treatment", "CouncilResolved", "AgreementSigned", "Contact", "Notice", "Invited")
    foreign = [event for event in [*told, *feed] if event["subject"] != f"municipality/{own}"]

    assert {line["municipality_id"] for line in fees} <= {own}
    assert all("resolution" not in way for way in board if way["municipality_id"] != own)
    assert foreign
    assert not [
        event["type"]
        for event in foreign
        if any(word in event["type"] for word in withheld) and "FeeScheduleAdopted" not in event["type"]
    ]


@pytest.mark.parametrize("path", ONE_PATH_EACH)
def test_without_a_token_nothing_is_told(shared: Suite, path: str) -> None:
    answer = shared.call("GET", path)

    assert_refused(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def forged(suite: Suite) -> dict[str, str]:
    """Tokens that look right, each wrong in one thing."""
    issuer = BuiltinIssuer.of(suite.settings())
    real = jwt.decode(suite.office, options={"verify_signature": False})
    header = {"kid": jwt.get_unverified_header(suite.office)["kid"]}
    own_key = issuer._key
    public = issuer.jwks()["keys"][0]["x"]
    head, body, signature = suite.office.split(".")
    return {
        "another issuer": jwt.encode(
            real | {"iss": "https://elsewhere.example.org"}, own_key, "EdDSA", header
        ),
        "another audience": jwt.encode(real | {"aud": "elsewhere"}, own_key, "EdDSA", header),
        "expired": jwt.encode(real | {"exp": real["iat"] - 3600}, own_key, "EdDSA", header),
        "no end": jwt.encode({k: v for k, v in real.items() if k != "exp"}, own_key, "EdDSA", header),
        "no signature": jwt.encode(real, None, "none", header),
        "the public key as a secret": jwt.encode(real, public.ljust(64, "x"), "HS256", header),
        "another key": jwt.encode(real, Ed25519PrivateKey.generate(), "EdDSA", header),
        "another key of another name": jwt.encode(real, Ed25519PrivateKey.generate(), "EdDSA", {"kid": "x"}),
        "another body": f"{head}.{jwt.encode(real | {'sub': 'x'}, None, 'none').split('.')[1]}.{signature}",
        "cut off": f"{head}.{body}.",
        "no JWT": "let-me-in",
    }


@pytest.mark.parametrize("path", ONE_PATH_EACH)
def test_a_token_that_nobody_we_trust_gave_is_refused(shared: Suite, path: str) -> None:
    for what, token in forged(shared).items():
        answer = shared.call("GET", path, token=token)

        assert answer.status == 401, what
        assert_refused(answer, 401)


@pytest.mark.parametrize("path", ONE_PATH_EACH)
def test_a_token_without_the_scope_is_refused(shared: Suite, path: str) -> None:
    service = path.split("/")[1]
    others = [f"{name}:read" for name in SERVICES if name != service]
    answer = shared.call("GET", path, token=shared.token(*others, f"{service}:write"))

    assert_refused(answer, 403)
    assert answer.json["code"] == "scope-missing"


def signed_in(suite: Suite) -> str:
    """The cookies of a browser in which the office has just signed in."""
    link = suite.run("signin", "office").stdout.strip()
    path = link.removeprefix(suite.url)
    page = suite.call("GET", path)
    token = page.body.decode().split('name="csrf_token" value="')[1].split('"')[0]
    first = page.headers["Set-Cookie"].split(";")[0]
    form = urllib3.request_encode_form if False else f"csrf_token={token}".encode()
    headers = {
        "Cookie": first,
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": suite.url + path,
    }
    answer = suite.call("POST", path, form, headers=headers)
    assert answer.status == 303, answer.body
    session = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("samvirke_session"))
    return f"{first}; {session.split(';')[0]}"


def test_a_form_without_its_token_and_a_cookie_at_the_interface_change_nothing(shared: Suite) -> None:
    cookies, before = signed_in(shared), counted(shared)
    form = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    page = shared.call("GET", "/fees/", headers={"Cookie": cookies})
    without = shared.call("POST", "/fees/tilskudd", b"grantor=x", headers=form)
    wrong = shared.call("POST", "/fees/tilskudd", b"grantor=x&csrf_token=wrong", headers=form)
    body: Any = {"names": {"nb": str(uuid4())}, "valid_from": "2026-01-01", "invented": True}
    cookie_alone = shared.call("POST", "/membership/v1/municipalities", body, headers={"Cookie": cookies})

    assert page.status == 200
    assert (without.status, wrong.status) == (400, 400)
    assert_refused(cookie_alone, 401)
    assert counted(shared) == before


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
    before, token = counted(shared), shared.office
    for what, (body, kind, status) in BODIES.items():
        answer = shared.call("POST", path, body, token=token, headers={"Content-Type": kind})

        assert answer.status == status, (what, answer.status, answer.body[:300])
        assert_refused(answer, status)
    assert counted(shared) == before
