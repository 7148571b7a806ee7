"""The web application of membership as the office, or as one municipality, meets it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.tokens import OFFICE, BuiltinIssuer

SCOPES = ("membership:read", "membership:write")


class Visitor:
    """Somebody with a token, over HTTP and in the browser."""

    def __init__(self, app: Flask, settings: Settings, municipality_id: str | None = None) -> None:
        """The office, or the municipality of that id."""
        actor = f"municipality/{municipality_id}" if municipality_id else OFFICE
        scopes = SCOPES if municipality_id else (*SCOPES, OFFICE)
        token = BuiltinIssuer.of(settings).issue(
            scopes, actor=actor, ttl=timedelta(hours=1), municipality_id=municipality_id
        )
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._api = app.test_client()
        self._browser = app.test_client()
        self._browser.set_cookie(SESSION_COOKIE, token)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read over HTTP."""
        return self._api.get(f"/membership/v1{path}", headers=self._bearer | headers)

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> TestResponse:
        """Change over HTTP."""
        return self._api.post(f"/membership/v1{path}", json=body, headers=self._bearer | headers)

    def post_file(self, path: str, content: bytes, media_type: str = "text/csv") -> TestResponse:
        """Send a file over HTTP."""
        return self._api.post(
            f"/membership/v1{path}", data=content, content_type=media_type, headers=self._bearer
        )

    def open(self, path: str) -> TestResponse:
        """Open a page."""
        return self._browser.get(f"/membership{path}")

    def see(self, path: str) -> str:
        """A page's text; it must be there."""
        answer = self._browser.get(f"/membership{path}", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, form: Mapping[str, Any], page: str) -> TestResponse:
        """Fill in a form of `page` (the text of one) and send it."""
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        kept = {name: unescape(value) for name, value in hidden.items()}
        return self._browser.post(f"/membership{path}", data=kept | dict(form))
