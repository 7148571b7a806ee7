"""A token may do what whoever signs it has said, and nothing that was left unsaid."""

from __future__ import annotations

import jwt

from tests.support.installation import UNCLOSED, Installation

pytestmark = UNCLOSED


def test_it_carries_the_scopes_that_were_named(installation: Installation) -> None:
    asked = ("--scope", "membership:read", "--scope", "notifications:read")

    token = installation.run("token", "create", *asked).stdout.strip()

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["scope"] == "membership:read notifications:read"
    assert claims["sub"] == "client/integrator"


def test_without_a_scope_none_is_signed(installation: Installation) -> None:
    said = installation.run("token", "create", code=2)

    assert "Missing option '--scope'" in said.stderr
    assert said.stdout == ""
    assert not (installation.folder / "keys").exists()


def test_the_office_is_bound_to_no_municipality(installation: Installation) -> None:
    said = installation.run("token", "create", "--scope", "office", "--municipality", "5603", code=2)

    assert "the office's or bound to a --municipality, not both" in said.stderr
    assert said.stdout == ""
