"""Ask another service as the caller; a page goes on without its answer."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import urllib3

from shared.web import requests
from shared.web.access import caller
from shared.web.installed import installed

log = logging.getLogger("samvirke.web")

_SECONDS = 1.0
_pool = urllib3.PoolManager(maxsize=20, retries=False)


def ask(path: str) -> dict[str, Any] | None:
    """GET `path` (from the root, `/fees/v1/...`) with the caller's own access.

    None when the other service does not answer within a second or does not let the caller
    see it; the page then says what it can without.
    """
    if not path.startswith("/") or path.startswith("//"):
        message = "A neighbour is asked by a path from the root."
        raise ValueError(message)
    try:
        response = _pool.request(
            "GET",
            installed().settings.internal_url + path,
            headers={
                "Authorization": f"Bearer {caller().token}",
                "Accept": "application/json",
                "X-Request-ID": requests.request_id(),
            },
            timeout=urllib3.Timeout(total=_SECONDS),
            redirect=False,
        )
        if response.status != HTTPStatus.OK:
            log.debug("A neighbour answered %s.", response.status)
            return None
        answer = response.json()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        log.warning("A neighbour does not answer: %s.", type(error).__name__)
        return None
    return answer if isinstance(answer, dict) else None
