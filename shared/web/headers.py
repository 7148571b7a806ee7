"""What every answer tells the browser not to do, and the token that every form must carry."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.installed import is_api
from shared.web.keys import form_secret
from shared.web.session import LIFETIME, FormSessions

POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""No script at all, no style inside the page, no frame around it, no form to elsewhere."""

SAFETY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer, and check every form that is not the interface's."""
    app.config.update(
        SECRET_KEY=form_secret(settings.keys),
        SESSION_COOKIE_NAME="samvirke_forms",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.url.startswith("https:"),
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=int(LIFETIME.total_seconds()),
    )
    app.session_interface = FormSessions()
    csrf = CSRFProtect(app)

    @app.before_request
    def _check_form() -> None:
        # The interface takes bearer tokens only, which no foreign site can make a browser send.
        if request.endpoint is not None and not is_api():
            csrf.protect()

    @app.after_request
    def _keep_safe(response: Response) -> Response:
        for name, value in SAFETY.items():
            if name not in response.headers:
                response.headers.add(name, value)
        if request.endpoint == "static":
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        if SESSION_COOKIE in request.cookies or "Authorization" in request.headers:
            response.vary.update(("Cookie", "Authorization"))
        return response
