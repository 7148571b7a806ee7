"""No token, or one that nobody we trust gave, opens nothing."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.web.tokens import BuiltinIssuer
from tests.support.running import SERVICES, Answer, Suite

ONE_PATH_EACH = (
    "/membership/v1/members",
    "/fees/v1/years/2026",
    "/groups/v1/groups",
    "/notifications/v1/events",
)


def assert_refused(answer: Answer, status: int, what: str = "") -> None:
    assert answer.status == status, (what, answer.status, answer.body[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["code"]


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

        assert_refused(answer, 401, what)


@pytest.mark.parametrize("path", ONE_PATH_EACH)
def test_a_token_without_the_scope_is_refused(shared: Suite, path: str) -> None:
    service = path.split("/")[1]
    others = [f"{name}:read" for name in SERVICES if name != service]
    answer = shared.call("GET", path, token=shared.token(*others, f"{service}:write"))

    assert_refused(answer, 403)
    assert answer.json["code"] == "scope-missing"
