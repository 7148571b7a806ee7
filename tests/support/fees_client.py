"""The web application of fees as the office, or as one municipality, meets it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.tokens import OFFICE, BuiltinIssuer

SCOPES = ("fees:read", "fees:write")


class Visitor:
    """Somebody with a token, over HTTP and in the browser."""

    def __init__(self, app: Flask, settings: Settings, municipality_id: str | None = None) -> None:
        """The office, or the municipality of that id."""
        actor = f"municipality/{municipality_id}" if municipality_id else OFFICE
        scopes = SCOPES if municipality_id else (*SCOPES, OFFICE)
        issuer = BuiltinIssuer.of(settings)
        self._token = issuer.issue(
            scopes, actor=actor, ttl=timedelta(hours=1), municipality_id=municipality_id
        )
        self._api = app.test_client()
        self._browser = app.test_client()
        self._browser.set_cookie(SESSION_COOKIE, self._token)

    def get(self, path: str) -> TestResponse:
        """Read over HTTP."""
        return self._api.get(path, headers={"Authorization": f"Bearer {self._token}"})

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> TestResponse:
        """Change over HTTP."""
        return self._api.post(path, json=body, headers={"Authorization": f"Bearer {self._token}"} | headers)

    def see(self, path: str) -> str:
        """A page's text; it must be there."""
        answer = self._browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, form: Mapping[str, str], page: str | None = None) -> TestResponse:
        """Open the page with the form, fill it in and send it to `path`."""
        shown = self.see(page or path)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown))
        return self._browser.post(path, data=hidden | dict(form))
