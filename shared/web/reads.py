"""What every read takes: the two time axes, and pages by an opaque cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask import request

from shared import clock
from shared.errors import Malformed, RequestError
from shared.web.installed import is_page

Item = TypeVar("Item")

DEFAULT_LIMIT = 50
HIGHEST_LIMIT = 1000


class CursorMalformed(RequestError):
    """The cursor is not one that an earlier page gave."""

    code = "cursor-malformed"


def as_of() -> date:
    """The date that the read is about (`?as_of=2026-01-01`); today where none is given."""
    given = _given("as_of")
    if given is None:
        return clock.today()
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise _wrong("as_of", "Must be a date such as 2026-01-31.") from error


def known_at() -> str | None:
    """The moment whose knowledge the read is about (`?known_at=`), as `Recorded.recorded_at`.

    A date means the end of that day in Norway. None: what is known now.
    """
    given = _given("known_at")
    if given is None:
        return None
    try:
        if len(given) == len("2026-01-31"):
            end = clock.start_of(date.fromisoformat(given) + timedelta(days=1))
            return clock.moment(end - timedelta(microseconds=1))
        # A plus sign that was not escaped arrives as a blank.
        instant = datetime.fromisoformat(given.replace(" ", "+"))
        moment = clock.moment(instant)
    except (ValueError, OverflowError) as error:
        raise _wrong("known_at", "Must be a date or a moment with its offset (RFC 3339).") from error
    if instant.tzinfo is None:
        raise _wrong("known_at", "A moment must name its offset, for example Z.")
    return moment


def limit() -> int:
    """How many items a page may hold (`?limit=`)."""
    given = _given("limit")
    if given is None:
        return DEFAULT_LIMIT
    plain = given.isascii() and given.isdigit() and len(given) <= len(str(HIGHEST_LIMIT))
    if plain and 1 <= int(given) <= HIGHEST_LIMIT:
        return int(given)
    raise _wrong("limit", f"Must be a number from 1 to {HIGHEST_LIMIT}.")


def as_file() -> bool:
    """Whether the answer is wanted as a file (`?format=csv`).

    What concerns only a file (its mark), or only a page (its length), is checked in any case.
    """
    with_mark()
    limit()
    return _one_of("format", ("csv",)) == "csv"


def with_mark() -> bool:
    """Whether a file begins with a byte order mark (`?bom=true`), for a spreadsheet that needs one."""
    return _one_of("bom", ("true", "false")) == "true"


def after() -> list[Any] | None:
    """The position that `?cursor=` names: the values given to `cursor` for the page before."""
    given = _given("cursor")
    if given is None:
        return None
    try:
        position = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, RecursionError) as error:
        raise CursorMalformed("The cursor is not one of ours.") from error
    if not isinstance(position, list) or not all(isinstance(part, (str, int)) for part in position):
        raise CursorMalformed("The cursor is not one of ours.")
    return position


def cursor(*position: str | int) -> str:
    """An opaque cursor that `after` reads back; clients only pass it on."""
    text = json.dumps(position, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode("ascii")


def cursor_page(items: Sequence[Item], position: Any) -> dict[str, Any]:
    """The page that was asked for, of `items` in their order: `{"items", "next"}`.

    `position(item)` is a tuple of texts and numbers by which `items` are already sorted;
    `next` is the cursor of the following page, None on the last.
    """
    start = after()
    try:
        rest = [item for item in items if start is None or list(position(item)) > start]
    except TypeError as error:  # a cursor of another list
        raise CursorMalformed("The cursor is not one of this list's.") from error
    page = rest[: limit()]
    return {"items": page, "next": cursor(*position(page[-1])) if len(rest) > len(page) else None}


def _one_of(name: str, values: tuple[str, ...]) -> str | None:
    given = _given(name)
    if given is not None and given not in values:
        raise _wrong(name, f"Must be {' or '.join(values)}.")
    return given


def _given(name: str) -> str | None:
    """A parameter of the address; a form of a page sends also what nobody has filled in."""
    given = request.args.get(name)
    return None if given == "" and is_page() else given


def _wrong(name: str, message: str) -> Malformed:
    return Malformed(f"The parameter {name} cannot be used.", errors={name: [message]})
