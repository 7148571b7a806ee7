"""Somebody who comes to a service's web application: the office, a municipality, a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shared.settings import Settings
from shared.web.access import SESSION_COOKIE
from shared.web.tokens import BuiltinIssuer


def issue(settings: Settings, scopes: Iterable[str], municipality_id: str | None = None) -> str:
    """A token of the installation; for the office where `scopes` say so."""
    actor = f"municipality/{municipality_id}" if municipality_id else "office"
    issuer = BuiltinIssuer.of(settings)
    return issuer.issue(scopes, actor=actor, ttl=timedelta(hours=1), municipality_id=municipality_id)


class Visitor:
    """One token, over HTTP and in the browser."""

    def __init__(self, app: Flask, token: str | None) -> None:
        """Without a token, somebody who has not signed in."""
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._api = app.test_client()
        self.browser = app.test_client()
        if token:
            self.browser.set_cookie(SESSION_COOKIE, token)

    def get(self, path: str, **headers: str) -> Any:
        """Read over HTTP; a test response, whose JSON the test knows the shape of."""
        return self._api.get(path, headers=self._headers | headers)

    def read(self, path: str) -> Any:
        """The JSON at `path`; it must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Change over HTTP; headers are named with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._api.post(path, json=dict(body or {}), headers=self._headers | named)

    def open(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Ask in any way; the body as it is, called JSON."""
        kind = "application/json" if body is not None else None
        return self._api.open(path, method=method, data=body, content_type=kind, headers=self._headers)

    def see(self, path: str) -> str:
        """A page's text; it must be there."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, page: str, action: str, fields: Mapping[str, Any]) -> TestResponse:
        """Open `page`, fill in the form that goes to `action`, and send it."""
        shown = self.see(page)
        return self.browser.post(action, data=hidden(shown, action) | dict(fields))


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form on `page` that goes to `action`, or has no address of its own."""
    forms = re.findall(r'<form [^>]*method="post".*?</form>', page, re.DOTALL)
    ours = [form for form in forms if f'action="{action}"' in form or "action=" not in form.split(">")[0]]
    assert ours, f"No form goes to {action}."
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', ours[0])
    return {name: value.replace("&#34;", '"') for name, value in found}


def errors_beside(page: str) -> dict[str, str]:
    """What stands beside each field that is wrong."""
    return dict(re.findall(r'class="ds-validation-message" id="felt-(\w+)-feil">([^<]*)<', page))
