"""The way of a careful client: read, take the tag, send the change with `If-Match`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def changes_only_what_was_seen(read: Callable[[], Any], change: Callable[[dict[str, str]], Any]) -> None:
    """Whoever read the present state changes it; whoever read it at the same time comes too late."""
    before = read()
    condition = {"If-Match": before.headers["ETag"]}
    done = change(condition)
    late = change(condition)
    after = read()

    assert before.status_code == after.status_code == 200
    assert done.status_code in (200, 201), done.text
    assert (late.status_code, late.json["code"]) == (412, "version-conflict")
    assert before.headers["ETag"].startswith('"v')
    assert version(done) == version(after) != version(before)


def version(answer: Any) -> str:
    """The version in an answer's tag, without the digest of what was answered."""
    found: str = answer.headers["ETag"].strip('"').partition("-")[0]
    return found
