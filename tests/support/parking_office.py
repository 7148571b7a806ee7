"""The parking company's counter: a small interface and some pages to try the web kit on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import flask
import pytest
from flask import render_template_string
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from shared.database import Database
from shared.eventstore import Store
from shared.settings import Settings
from shared.web.access import IN_VIEW, caller, openly, requires
from shared.web.app import App, create
from shared.web.commands import command, compare, connection, handle, store
from shared.web.etags import part_of, versioned, versioned_by
from shared.web.forms import form
from shared.web.interface import Blueprint
from shared.web.longpoll import wait_for
from shared.web.openapi import AS_OF, AXES, CURSOR, LIMIT, query
from shared.web.reads import as_of, cursor_page, known_at
from shared.web.unchanged import from_events
from tests.support import parking_company as company
from tests.support.garage import OFFICE, garage_store

OURS = "0190a000-0000-7000-8000-000000000001"
THEIRS = "0190a000-0000-7000-8000-000000000002"
RENTALS = f"/garage/v1/garages/{OURS}/rentals"
PLACE = f"{RENTALS}/7"
COLOUR = f"/garage/v1/garages/{OURS}/colour"
RENT = {"place": "7", "car": "red"}

FORM = """{% extends "layout.html" %}{% from "parts.html" import error_summary, field, button %}
{% block title %}Parkering{% endblock %}{% block content %}<h1>Parkering</h1>
{{ error_summary(errors, refusal) }}<form method="post">{{ csrf() }}
{{ field("place", "Plass", values.get("place"), errors, hint="Som på skiltet.") }}
{{ field("car", "Bil", values.get("car"), errors) }}{{ button("Lei") }}</form>{% endblock %}"""


class Rent(Schema):
    place = fields.String(required=True, validate=validate.Length(min=1, max=20))
    car = fields.String(required=True)


class Rented(Schema):
    garage_id = fields.String()
    place = fields.String()
    car = fields.String()
    times = fields.Integer()


class Garages:
    """One app's blueprints; each app gets fresh ones."""

    def __init__(self) -> None:
        self.api = Blueprint("places", __name__, url_prefix="/garage/v1")
        self.pages = flask.Blueprint("garage_pages", __name__, url_prefix="/garage")
        _open_commands(self.api)
        _open_reads(self.api)
        _open_pages(self.pages)


def _row(garage_id: UUID, place: str) -> dict[str, Any] | None:
    rented = company.rented
    chosen = select(rented).where(rented.c.garage_id == str(garage_id), rented.c.place == place)
    row = connection().execute(chosen).mappings().one_or_none()
    return dict(row) if row else None


def _rent(garage_id: UUID, place: str, car: str) -> None:
    handle(
        company.places,
        company.places.stream(str(garage_id), place),
        company.RentPlace(garage_id=str(garage_id), place=place, car=car),
    )


def _open_commands(api: Any) -> None:
    @api.post("/garages/<uuid:garage_id>/rentals")
    @requires("garage:write", own="garage_id")
    @api.arguments(Rent)
    @api.response(201, Rented)
    @command
    def rent(body: dict[str, str], garage_id: UUID) -> dict[str, Any] | None:
        """Rent a place."""
        _rent(garage_id, **body)
        return _row(garage_id, body["place"])

    @api.post("/garages/<uuid:garage_id>/two-rentals")
    @requires("garage:write", office=True)
    @api.arguments(Rent)
    @api.response(201)
    @command
    def rent_two(body: dict[str, str], garage_id: UUID) -> dict[str, Any]:
        """Rent place "first", then the one that is asked for."""
        _rent(garage_id, "first", body["car"])
        _rent(garage_id, **body)
        return {}

    @api.put("/garages/<uuid:garage_id>/colour")
    @requires("garage:write", own="garage_id")
    @api.response(200)
    @command
    def paint(garage_id: UUID) -> dict[str, Any]:
        """Change what no event tells of: it is blue, and becomes green."""
        del garage_id
        compare(1, part_of("blue"))
        versioned(1, part_of("green"))
        return {}

    @api.post("/sweepings")
    @requires("garage:write")
    @api.response(201)
    @command
    def sweep() -> dict[str, Any]:
        """Say nothing about whose garage it is."""
        return {}

    @api.post("/sweepings-seen-to")
    @requires("garage:write", own=IN_VIEW)
    @api.response(201)
    @command
    def sweep_seen_to() -> dict[str, Any]:
        """Look in the view whose garage it is."""
        caller().must_own(OURS)
        return {}

    @api.post("/crashes")
    @requires("garage:write")
    @api.response(201)
    @command
    def crash_after_renting() -> None:
        """Rent a place, then fall over."""
        _rent(UUID(OURS), "crash", "secret-words")
        raise LookupError("secret-words")


def _open_reads(api: Any) -> None:
    @api.get("/garages/<uuid:garage_id>/rentals/<place>")
    @requires("garage:read", own="garage_id")
    @from_events
    @api.doc(parameters=[AS_OF])
    @api.response(200, Rented)
    def rental(garage_id: UUID, place: str) -> dict[str, Any]:
        """One rented place."""
        versioned_by(connection(), company.places.stream(str(garage_id), place))
        return _row(garage_id, place) or {}

    @api.get("/numbers")
    @requires("garage:read")
    @api.doc(parameters=[LIMIT, CURSOR, query("of", "Which of them", type="array")])
    @api.response(200)
    def numbers() -> dict[str, Any]:
        """The numbers up to 120, by page."""
        return cursor_page(list(range(120)), lambda number: (number,))

    @api.get("/axes")
    @requires("garage:read")
    @api.doc(parameters=AXES)
    @api.response(200)
    def axes() -> dict[str, Any]:
        """The dates that were asked about."""
        return {"as_of": as_of().isoformat(), "known_at": known_at()}

    @api.get("/who")
    @requires("garage:read")
    @api.response(200)
    def who() -> dict[str, Any]:
        """Who asks."""
        return {"actor": caller().actor, "municipality_id": caller().municipality_id}

    @api.get("/news")
    @requires("garage:read")
    @api.response(200)
    def news() -> dict[str, Any]:
        """Whether a place is rented, waited for like a feed's reader."""

        def rented() -> int | None:
            with store().reading() as reading:
                return reading.execute(select(company.rented.c.times)).scalars().first()

        return {"rented": wait_for(store(), rented, 30.0)}

    @api.get("/open")
    @openly
    @api.response(200)
    def open_to_all() -> dict[str, Any]:
        """Open to all."""
        return {}


def _open_pages(pages: flask.Blueprint) -> None:
    def renting(
        garage_id: UUID,
        errors: dict[str, list[str]] | None = None,
        refusal: str | None = None,
        values: Any = None,
    ) -> str:
        del garage_id
        return render_template_string(FORM, errors=errors or {}, refusal=refusal, values=values or {})

    @pages.get("/garages/<uuid:garage_id>")
    @requires("garage:read", own="garage_id")
    def show(garage_id: UUID) -> str:
        return renting(garage_id)

    @pages.post("/garages/<uuid:garage_id>")
    @requires("garage:write", own="garage_id")
    @form(Rent, page=renting)
    def send(body: dict[str, str], garage_id: UUID) -> str:
        _rent(garage_id, **body)
        return f"/garage/garages/{garage_id}"

    @pages.get("/crash")
    @openly
    def crash() -> str:
        raise LookupError("secret-words")


def application() -> App:
    """The counter as a server serves it, over the garage's database under `SAMVIRKE_DATA`."""
    settings = Settings.from_environment()
    return open_office(garage_store(Database(settings.database(company.SERVICE))), settings)


def open_office(store: Any, settings: Settings) -> App:
    """The counter over `store`."""
    garages = Garages()
    return create(
        company.SERVICE,
        store,
        blueprints=(garages.api,),
        pages=(garages.pages,),
        menu=(("Parkering", "/garage/", "all"), ("Regninger", "/billing/", "all")),
        title="Parkeringsselskapet",
        tabs=(("Plasser", "/garage/kommuner/{municipality_id}", "all"),),
        settings=settings,
    )


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def code(answer: Any) -> tuple[int, str]:
    """Status and stable code of a problem."""
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["code"]


def free(store: Store, place: str = "7") -> None:
    """Somebody else leaves the place."""
    asked = company.FreePlace(place=place, garage_id=OURS)
    store.handle(company.places, company.places.stream(OURS, place), asked, OFFICE)


def watched(
    app: App, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object] = lambda: None
) -> list[str]:
    """The streams that the view of a place of `app` looks up; `meanwhile` is called when the view has looked."""
    calls: list[str] = []
    inner: Any = app.view_functions["places.rental"]
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    row = inner.__globals__["_row"]

    def found(garage_id: object, place: str) -> Any:
        calls.append(place)
        seen = row(garage_id, place)
        meanwhile()
        return seen

    monkeypatch.setitem(inner.__globals__, "_row", found)
    return calls
