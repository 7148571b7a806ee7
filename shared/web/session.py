"""Signing in and out of the browser: the access token in a cookie that no script can read."""

from __future__ import annotations

from datetime import timedelta

from flask import session
from werkzeug.wrappers import Response

from shared.web import consistency
from shared.web.access import SESSION_COOKIE
from shared.web.installed import installed

LIFETIME = timedelta(hours=8)


def sign_in(response: Response, token: str) -> None:
    """Keep `token` in the browser; forms opened before are no longer good."""
    session.clear()
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=LIFETIME,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=installed().settings.url.startswith("https:"),
    )


def sign_out(response: Response) -> None:
    """Forget the token, what the browser had seen, and the tokens of its forms."""
    session.clear()
    response.delete_cookie(SESSION_COOKIE, path="/")
    response.delete_cookie(consistency.COOKIE, path="/")
