"""What `create` gave an app, for everything that works inside a request of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app, has_request_context, request

if TYPE_CHECKING:
    from shared.eventstore import Store
    from shared.settings import Settings
    from shared.web.callers import Callers
    from shared.web.kept import KeptAnswers

_NAME = "samvirke"

Links = Sequence[tuple[str, str, str]]
"""Norwegian label, path, and who is offered it, in the order in which they are shown.

`all`, `own`: the office and the municipality whose page it is, or `office` alone; others are refused there.
"""


@dataclass(frozen=True, kw_only=True)
class Installed:
    """One service's app. `title` is the network's name as the header shows it.

    The paths of `tabs` hold `{municipality_id}`.
    """

    service: str
    title: str
    store: Store
    settings: Settings
    callers: Callers
    menu: Links
    tabs: Links
    pages: frozenset[str]
    apis: frozenset[str]
    kept: KeptAnswers


def install(app: Flask, installed: Installed) -> None:
    """Hand `installed` to the app."""
    app.extensions[_NAME] = installed


def of(app: Flask) -> Installed:
    """What `app` was created with."""
    found: Installed = app.extensions[_NAME]
    return found


def installed() -> Installed:
    """What this request's app was created with."""
    return of(current_app)


def is_page() -> bool:
    """Whether this request is for a page (a form of people's), not for the HTTP interface."""
    return has_request_context() and request.blueprint in installed().pages


def is_api() -> bool:
    """Whether this request is for the HTTP interface."""
    return has_request_context() and request.blueprint in installed().apis
