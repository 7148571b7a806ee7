"""What gunicorn serves: one service, or all four under their prefixes on one port."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask

from deploy.samvirke.suite import SERVICES
from shared import crashing
from shared.settings import Settings


def application() -> Flask | Prefixed:
    """The app of the service that `SAMVIRKE_SERVICE` names, or of the whole suite."""
    crashing.arm()
    settings = Settings.from_environment()
    name = os.environ.get("SAMVIRKE_SERVICE")
    if name:
        service = SERVICES[name]
        return service.create_app(service.open_store(settings))
    apps = {name: service.create_app(service.open_store(settings)) for name, service in SERVICES.items()}
    return Prefixed(apps, default="membership")


class Prefixed:
    """Hands a request to the app whose name is the first part of its path, which it keeps."""

    def __init__(self, apps: dict[str, Flask], default: str) -> None:
        """`default` answers what has no service's prefix: the front page."""
        self._apps = apps
        self._default = apps[default]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request, as WSGI says."""
        first = environ.get("PATH_INFO", "").split("/", 2)[1:2]
        app = self._apps.get(first[0] if first else "", self._default)
        return app(environ, start_response)
