"""Signing in and out of the browser: the access token in a cookie that no script can read; what forms keep beside it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Request, session
from flask import Response as Answer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.wrappers import Response

from shared.web import consistency
from shared.web.access import SESSION_COOKIE
from shared.web.installed import installed

LIFETIME = timedelta(hours=8)


class FormSessions(SecureCookieSessionInterface):
    """What the tokens of forms are kept in; nothing is done for a request that brings nothing and leaves nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Answer) -> None:
        """Set the cookie where there is something to keep or to take away."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


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
