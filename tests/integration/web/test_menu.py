"""One menu and one row of tabs, whichever service a page comes from."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask

from services.fees.app import create_app as create_fees_app
from tests.support.examples import membership as said
from tests.support.examples.membership import HARSTAD, LYNGEN
from tests.support.wire import Wire

MENU = ["Oversikt", "Kommuner", "Avtaler", "Avgift", "Grupper", "Import", "Varsler", "Hendelser"]
TABS = ["Medlemskap", "Kontakter", "Avgift", "Grupper", "Varsler", "Historikk"]


def navigation(page: str, name: str) -> str:
    return page.partition(f'aria-label="{name}"')[2].partition("</nav>")[0]


def labels(page: str, name: str) -> list[str]:
    return [unescape(link) for link in re.findall(r"<a [^>]*>([^<]*)</a>", navigation(page, name))]


def current(page: str, name: str) -> str:
    return navigation(page, name).partition('aria-current="page">')[2].partition("<")[0]


def test_every_page_has_the_whole_menu_and_all_tabs(
    groups_app: Flask, notifications_app: Flask, notifications: Wire, signed_in: Any
) -> None:
    notifications.tell("membership", said.municipality_registered())
    seats = signed_in(groups_app, "office").see(f"/groups/kommuner/{LYNGEN}")
    notices = signed_in(notifications_app, "office").see(f"/notifications/kommuner/{LYNGEN}")

    assert labels(seats, "Hovedmeny") == labels(notices, "Hovedmeny") == MENU
    assert labels(seats, "Kommunens sider") == labels(notices, "Kommunens sider") == TABS
    assert (current(seats, "Hovedmeny"), current(seats, "Kommunens sider")) == ("Grupper", "Grupper")
    assert current(notices, "Kommunens sider") == "Varsler"


def test_a_municipality_is_offered_no_page_that_would_refuse_it(
    groups_app: Flask, groups: Wire, signed_in: Any
) -> None:
    groups.tell("membership", said.municipality_registered())
    own = signed_in(groups_app, LYNGEN).see(f"/groups/kommuner/{LYNGEN}")
    of_another = signed_in(groups_app, HARSTAD).see(f"/groups/kommuner/{LYNGEN}")

    assert labels(own, "Hovedmeny") == [label for label in MENU if label != "Import"]
    assert labels(own, "Kommunens sider") == TABS
    assert labels(of_another, "Kommunens sider") == ["Medlemskap", "Grupper"]


def test_all_services_name_the_same_menu_and_tabs(
    groups_app: Flask, notifications_app: Flask, groups: Wire
) -> None:
    apps = (groups_app, notifications_app, create_fees_app(groups.store))
    ours = {(tuple(app.extensions["samvirke"].menu), tuple(app.extensions["samvirke"].tabs)) for app in apps}

    assert len(ours) == 1
