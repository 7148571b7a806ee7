"""Somebody in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.support.running import EmbeddedSuite


@contextmanager
def visitor(browser: Browser, suite: EmbeddedSuite, who: str, *, width: int = 1280) -> Iterator[Page]:
    """Somebody who has signed in by a link from the command line; the browser must not complain of anything."""
    context = browser.new_context(
        base_url=suite.url,
        java_script_enabled=False,
        locale="nb-NO",
        viewport={"width": width, "height": 844},
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # That a page was answered with 4xx is what some steps ask for.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(suite.run("signin", who).stdout.strip())
    page.get_by_role("main").get_by_role("button", name="Logg inn").click()
    yield page
    context.close()
    assert complaints == []
