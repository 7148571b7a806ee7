"""What somebody does at the pages in a browser: fill in, send, follow the menus, look again."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page

PATIENCE = 30.0


def fill(form: Locator | Page, **named: str) -> None:
    """Fill in fields by their labels, in which underscores stand for spaces."""
    for label, value in named.items():
        field = form.get_by_label(label.replace("_", " ")).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def step(page: Page, name: str) -> Locator:
    """The form of a step on the tab Medlemskap, opened if it is not."""
    place = page.locator(f'[id="1-{name}"]')
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    return place.locator("form")


def send(form: Locator) -> None:
    form.locator("button[type=submit]").click()


def comes(page: Page, text: str) -> None:
    """Look again until the page says so: follow-ups arrive within a blink, not at once."""
    deadline = time.monotonic() + PATIENCE
    while not page.get_by_text(text).first.is_visible():
        assert time.monotonic() < deadline, (text, page.get_by_role("main").inner_text())
        page.reload()


def tab(page: Page, label: str) -> None:
    page.get_by_role("navigation", name="Kommunens sider").get_by_role("link", name=label).click()


def menu(page: Page, label: str) -> None:
    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name=label).click()
