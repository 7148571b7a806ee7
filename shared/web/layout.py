"""What the shared layout and its parts need to know of the request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g, redirect, request, url_for
from markupsafe import Markup, escape

from shared.web import consistency
from shared.web.access import signed_in
from shared.web.forms import csrf
from shared.web.installed import installed

# Addresses of the suite as a whole: the same in every service's pages.
SIGN_IN = "/membership/logg-inn"
SIGN_OUT = "/membership/logg-ut"

_FIELD_NAME = re.compile(r"<!--felt:([\w.]+)-->")
_STYLE = Path(__file__).parent / "static" / "samvirke.css"


def install(app: Flask) -> None:
    """Offer everything to every template, also to macros that are imported without context."""
    app.jinja_env.globals.update(
        csrf=csrf,
        network=lambda: installed().title,
        home=_home,
        sign_in_path=SIGN_IN,
        sign_out_path=SIGN_OUT,
        menu=_menu,
        subject_tabs=subject_tabs,
        signed_in=signed_in,
        behind=consistency.behind,
        accessibility_statement=lambda: installed().settings.accessibility_statement,
        field_id=_field_id,
        with_field_names=_with_field_names,
        stylesheet=lambda: url_for("static", filename="samvirke.css", v=_revision()),
        example_installation=_of_examples,
    )
    app.add_url_rule("/", "home", lambda: redirect(_home()))
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def subject_tabs(subject: object) -> list[tuple[str, str]]:
    """The tabs of one municipality's page that lead somewhere; `subject` is its id, or a row that holds it."""
    if isinstance(subject, Mapping):
        subject_id = subject["municipality_id"]
    else:
        subject_id = getattr(subject, "municipality_id", subject)
    return [
        (label, path.format(municipality_id=subject_id))
        for label, path, offered in installed().tabs
        if _is_offered(offered, str(subject_id))
    ]


def _home() -> str:
    """The first page of the menu, to which the header and the bare address lead."""
    return installed().menu[0][1] if installed().menu else SIGN_IN


def _of_examples() -> bool:
    """Whether everything here is an example, or the example history was loaded."""
    settings = installed().settings
    return settings.example or (settings.data / "example").exists()


def _field_id(name: str, wrong: object, label: str = "") -> str:
    """An id that is unique on the page, which may hold several forms with fields of one name.

    A field that is wrong has the plain one, which the summary of errors links to by its label.
    """
    if wrong:
        g.setdefault("wrong_fields", {})[name] = label
        return f"felt-{name}"
    g.fields = g.get("fields", 0) + 1
    return f"felt-{name}-{g.fields}"


def _with_field_names(content: Markup) -> Markup:
    """The content with every error of its summary naming its field.

    The summary stands before the fields, so their labels are known only when all is rendered.
    """
    labels: dict[str, str] = g.get("wrong_fields", {})

    def named(place: re.Match[str]) -> str:
        label = labels.get(place[1])
        return f"{escape(label)}: " if label else ""

    return Markup(_FIELD_NAME.sub(named, content))  # noqa: S704  # rendered, and labels are escaped


def _menu() -> list[dict[str, Any]]:
    """The menu's entries for who asks; the longest path that leads here is the one we are at."""
    entries = [(label, path) for label, path, offered in installed().menu if _is_offered(offered)]
    leading = [path for _label, path in entries if request.path.startswith(path)]
    here = max(leading, key=len, default=None)
    return [{"label": label, "path": path, "current": path == here} for label, path in entries]


def _is_offered(offered: str, municipality_id: str | None = None) -> bool:
    """Whether a link leads who asks to a page, and not to a refusal (see `installed.Links`)."""
    asking = signed_in()
    if offered == "all" or asking is None or asking.municipality_id is None:
        return True
    return offered == "own" and asking.municipality_id == municipality_id


@lru_cache(maxsize=1)
def _revision() -> str:
    """Changes with the style sheet, so that browsers may keep it for long."""
    return hashlib.sha256(_STYLE.read_bytes()).hexdigest()[:12]
