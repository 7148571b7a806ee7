"""Entity tags (RFC 9110, 8.8.3 and 13): what has not changed is not sent again, nor changed unseen.

A tag is `"v7-9Xk…"`: the version that a change of the resource names in `If-Match`, and a digest of
the answer, since the answer also changes with the date asked about and with who asks. `If-Match`
looks at the version alone; `If-None-Match` at the whole. What belongs to a resource beside its
stream, and changes without an event, has a digest of its own behind a dot: `"v7.4e1f…-9Xk…"`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, g, request
from sqlalchemy import Connection

from shared.errors import Conflict, RequestError
from shared.reading import version_of
from shared.web import consistency
from shared.web.installed import is_api, is_page

_HEADER = re.compile(r'\s*(?:\*|(?:W/)?"[!#-~\x80-\xff]*"(?:\s*,\s*(?:W/)?"[!#-~\x80-\xff]*")*)\s*')
_TAG = re.compile(r'(W/)?"([^"]*)"')
_OURS = re.compile(r"v(\d{1,9})(?:\.([0-9a-f]{1,32}))?(?:-[A-Za-z0-9_-]{1,32})?")
_DIGEST = 12

DOCUMENT = "api-docs"
"""The blueprint that flask-smorest serves the OpenAPI document by."""


class IfMatchMalformed(RequestError):
    """`If-Match` must be `*` or a list of entity tags, as earlier answers gave them."""

    code = "if-match-malformed"


class IfMatchUnsupported(RequestError):
    """The change has no version of its own to compare, so it cannot be made conditional."""

    code = "if-match-unsupported"
    status = 412


@dataclass(frozen=True)
class Expected:
    """What a request's `If-Match` lets through: anything there is (`anything`), or these versions."""

    anything: bool
    versions: frozenset[tuple[int, str | None]]

    def check(self, version: int, part: str | None = None) -> None:
        """Raise Conflict unless `version` is let through; with `part`, unless that is.

        The comparison is the strong one (RFC 9110, 13.1.1): a weak tag lets nothing through.
        """
        if self.anything and version > 0:
            return
        if part is None and any(version == known for known, _ in self.versions):
            return
        if part is not None and any(part == known for _, known in self.versions):
            return
        expected = [known for known, _ in self.versions]
        raise Conflict(
            f"The stream is at version {version}, which If-Match does not name.",
            version=version,
            expected=expected[0] if len(expected) == 1 else sorted(expected),
        )


def expected() -> Expected | None:
    """What `If-Match` asks for (in a form: the field `if_match`), None where there is none.

    Raises IfMatchMalformed where it is no entity tags at all; a tag that is not ours is one
    that nothing here ever had.
    """
    given = _given()
    if given is None:
        return None
    if not _HEADER.fullmatch(given):
        raise IfMatchMalformed('If-Match must be * or entity tags such as "v3".')
    strong = [tag for weak, tag in _TAG.findall(given) if not weak]
    ours = [match for tag in strong if (match := _OURS.fullmatch(tag))]
    return Expected(given.strip() == "*", frozenset((int(match[1]), match[2]) for match in ours))


def is_conditional() -> bool:
    """Whether the request carries an `If-Match`, of whatever shape."""
    return _given() is not None


def versioned(version: int, part: str | None = None) -> None:
    """Let this answer carry the version that a change of it names in `If-Match`.

    Read the version before what is shown: then somebody who comes in between makes a change
    fail that need not have, and never the other way round.
    """
    g.version = f"v{version}" if part is None else f"v{version}.{part}"


def versioned_by(connection: Connection, stream: str) -> None:
    """The same, with the version that `stream` is at."""
    versioned(version_of(connection, stream))


def answered_with(response: Response, version: int | None) -> None:
    """Let the answer to a change carry `version`, or what the view said more precisely."""
    text = g.pop("version", None if version is None else f"v{version}")
    if text is not None:
        response.headers["ETag"] = f'"{text}"'


def conditional(response: Response) -> Response:
    """The answer to a read with its tag, or that it is as the caller knows it (304).

    An answer that does not show the caller's own last write yet is no state to keep a tag of.
    Raises Conflict where `If-Match` names another state.
    """
    tagged = is_api() or request.blueprint == DOCUMENT
    if response.status_code != HTTPStatus.OK or not tagged or consistency.behind():
        return response
    tag = "-".join([*filter(None, [g.pop("version", None)]), _digest(response)])
    wanted = expected()
    if wanted is not None and not (wanted.anything or request.if_match.contains(tag)):
        raise Conflict("What is asked for is no longer as If-Match says.")
    response.headers["ETag"] = f'"{tag}"'
    if request.if_none_match.contains_weak(tag):
        response.status_code = HTTPStatus.NOT_MODIFIED  # with which the body is not sent
    return response


def part_of(*values: str | None) -> str:
    """A digest of what changes without an event, for `versioned` and `Expected.check`."""
    text = "\x1f".join("\x1e" if value is None else value for value in values)
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).hexdigest()


def _given() -> str | None:
    given = request.headers.get("If-Match")
    return (request.form.get("if_match") or None) if given is None and is_page() else given


def _digest(response: Response) -> str:
    """A digest of the body, and of the address of the next page, which may move on where nothing is new."""
    found = hashlib.blake2b(response.headers.get("Link", "").encode(), digest_size=_DIGEST)
    found.update(response.get_data())
    return base64.urlsafe_b64encode(found.digest()).decode("ascii")
