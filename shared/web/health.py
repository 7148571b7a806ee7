"""Whether a service lives, and which of its parts is down."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask

from shared.web.installed import installed


def install(app: Flask, service: str) -> None:
    """Open `/health/...` and `/<service>/health/...` to everybody."""
    for prefix in ("", f"/{service}"):
        name = service if prefix else "alone"
        app.add_url_rule(f"{prefix}/health/live", f"health_live_{name}", live)
        app.add_url_rule(f"{prefix}/health/ready", f"health_ready_{name}", ready)


def live() -> dict[str, Any]:
    """This process answers."""
    return {"status": "ok", "service": installed().service}


def ready() -> tuple[dict[str, Any], int]:
    """Every part that the service needs, and the reason where one is down (503)."""
    parts = {
        name: {"status": "ok"} if reason is None else {"status": "down", "reason": reason}
        for name, reason in installed().store.parts().items()
    }
    down = any(part["status"] == "down" for part in parts.values())
    answer = {"status": "down" if down else "ok", "service": installed().service, "parts": parts}
    return answer, HTTPStatus.SERVICE_UNAVAILABLE if down else HTTPStatus.OK
