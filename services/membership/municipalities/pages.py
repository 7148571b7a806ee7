"""Pages of municipalities: the searchable list, and each one's history with its corrections."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities import handlers, queries
from services.membership.municipalities.domain import RenameMunicipality, municipalities
from services.membership.municipalities.form_schemas import RegistrationForm, RenamingForm
from services.membership.municipalities.queries import View
from services.membership.municipalities.schemas import CorrectionForm, RenumberingRequest
from services.membership.municipalities.sentences import FACTS, actor, names_in_words, sentence
from services.membership.municipalities.views import as_csv, county, figures, found, summary, views, whole
from services.membership.population import queries as inhabitants
from shared.csv_export import MEDIA_TYPE
from shared.web.access import caller, requires
from shared.web.commands import connection, handle, store
from shared.web.forms import form
from shared.web.norwegian import dato
from shared.web.reads import as_of, known_at

pages = Blueprint("municipalities_pages", __name__, url_prefix="/membership", template_folder="../templates")


@pages.get("/kommuner")
@requires("membership:read")
def municipalities_page() -> str | Response:
    """Every municipality of the day, or those that a search finds by any name or number ever."""
    day = as_of()
    search = request.args.get("sok", "")
    shown, known = views(day, search=search), figures(day)
    if request.args.get("format") == "csv":
        rows = [summary(one, known.get(one.municipality_id)) for one in shown]
        answer = Response(as_csv(rows, mark=True), content_type=MEDIA_TYPE)
        answer.headers["Content-Disposition"] = f'attachment; filename="kommuner-{day}.csv"'
        return answer
    listed = [(one, known.get(one.municipality_id)) for one in shown]
    living = [figure for one, figure in listed if figure and one.exists]
    return render_template(
        "membership/municipalities_list.html",
        listed=listed,
        inhabitants=sum(figure.inhabitants for figure in living),
        invented=sum(figure.inhabitants for figure in living if figure.invented),
        search=search,
        as_of=day,
        known_at=request.args.get("known_at", ""),
        county=county,
        in_words=names_in_words,
        may_write=_may_write(),
    )


def registration_page(
    errors: dict[str, list[str]] | None = None, refusal: str | None = None, values: Any = None
) -> str:
    """The form for a municipality that becomes known."""
    return render_template(
        "membership/municipalities_new.html", errors=errors or {}, refusal=refusal, values=values or {}
    )


@pages.get("/kommuner/ny")
@requires("membership:write", office=True)
def new_municipality() -> str:
    """Ask which municipality it is."""
    return registration_page()


@pages.post("/kommuner/ny")
@requires("membership:write", office=True)
@form(RegistrationForm, page=registration_page)
def register(body: dict[str, Any]) -> str:
    """Make it known, and show it."""
    asked = handlers.registration(connection(), body)
    handle(municipalities, municipalities.stream(asked.municipality_id), asked)
    return url_for("municipalities_pages.history", municipality_id=asked.municipality_id)


def history_page(
    municipality_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """The whole tab; what went wrong stands at the form for corrections."""
    day, moment, wanted = as_of(), known_at(), str(municipality_id)
    one = found(wanted, day)
    rows = inhabitants.rows(connection(), wanted)
    if moment is not None:
        rows = inhabitants.rows_known_at(store(), moment, wanted)
    names = {other.municipality_id: other.name for other in map(_today_of(day), queries.rows(connection()))}
    recorded = sorted(store().history(key=wanted, until=moment), key=lambda event: event.time)
    return render_template(
        "membership/municipalities_history.html",
        municipality=one,
        facts=whole(one, None),
        figures=inhabitants.figures(rows),
        happened=[
            (event, sentence(event.event, lambda other: names.get(MunicipalityId(other), "ukjent kommune")))
            for event in recorded
        ],
        actor=actor,
        in_words=names_in_words,
        county=county,
        correctable=_correctable(one),
        may_write=moment is None and _may_write(),  # what was known earlier is only read
        known_at=request.args.get("known_at", ""),
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get("/kommuner/<uuid:municipality_id>/historikk")
@requires("membership:read", own="municipality_id")
def history(municipality_id: UUID) -> str:
    """All that has happened to the municipality, its dated facts and its inhabitants."""
    return history_page(municipality_id)


@pages.post("/kommuner/<uuid:municipality_id>/historikk")
@requires("membership:write", office=True)
@form(CorrectionForm, page=history_page)
def correct(body: dict[str, Any], municipality_id: UUID) -> str:
    """Correct a dated fact."""
    one = MunicipalityId(str(municipality_id))
    handle(municipalities, municipalities.stream(one), handlers.correction(connection(), one, body))
    return url_for("municipalities_pages.history", municipality_id=municipality_id)


def renumbering_page(municipality_id: UUID, **shown: Any) -> str:
    """The form for another number."""
    return _change_page("number", municipality_id, **shown)


@pages.get("/kommuner/<uuid:municipality_id>/nummer")
@requires("membership:write", office=True)
def new_number(municipality_id: UUID) -> str:
    """Ask for the number and its first day."""
    return renumbering_page(municipality_id)


@pages.post("/kommuner/<uuid:municipality_id>/nummer")
@requires("membership:write", office=True)
@form(RenumberingRequest, page=renumbering_page)
def renumber(body: dict[str, Any], municipality_id: UUID) -> str:
    """Give the municipality another number from a date on."""
    one = MunicipalityId(str(municipality_id))
    handle(municipalities, municipalities.stream(one), handlers.renumbering(connection(), one, **body))
    return url_for("municipalities_pages.history", municipality_id=municipality_id)


def renaming_page(municipality_id: UUID, **shown: Any) -> str:
    """The form for other names."""
    return _change_page("names", municipality_id, **shown)


@pages.get("/kommuner/<uuid:municipality_id>/navn")
@requires("membership:write", office=True)
def new_names(municipality_id: UUID) -> str:
    """Ask for all names and their first day."""
    return renaming_page(municipality_id)


@pages.post("/kommuner/<uuid:municipality_id>/navn")
@requires("membership:write", office=True)
@form(RenamingForm, page=renaming_page)
def rename(body: dict[str, Any], municipality_id: UUID) -> str:
    """Give the municipality other official names from a date on."""
    one = MunicipalityId(str(municipality_id))
    asked = RenameMunicipality(names=Names(**body["names"]), valid_from=body["valid_from"])
    handle(municipalities, municipalities.stream(one), asked)
    return url_for("municipalities_pages.history", municipality_id=municipality_id)


def _change_page(
    what: str,
    municipality_id: UUID,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    return render_template(
        f"membership/municipalities_{what}.html",
        municipality=found(municipality_id, as_of()),
        in_words=names_in_words,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


def _may_write() -> bool:
    return caller().is_office and "membership:write" in caller().scopes


def _correctable(one: View) -> list[tuple[str, str]]:
    """Every dated fact as a choice: which one it is, and how it reads."""
    found_facts = [
        *(("number", fact.valid_from, fact.number) for fact in one.numbers),
        *(("organisation_number", fact.valid_from, fact.organisation_number) for fact in one.organisations),
        *(
            (f"name_{language}", fact.valid_from, getattr(fact.names, language))
            for fact in one.names_history
            for language in ("nb", "se", "fkv")
        ),
    ]
    dates = sorted({valid_from for _, valid_from, _ in found_facts})
    return [
        (CorrectionForm.choice(fact, valid_from, value), _choice_in_words(fact, valid_from, value))
        for fact, valid_from, value in found_facts
    ] + [
        (CorrectionForm.choice("valid_from", day, day.isoformat()), f"Startdatoen {dato(day)}")
        for day in dates
    ]


def _choice_in_words(fact: str, valid_from: date, value: str | None) -> str:
    words = FACTS[fact]
    return f"{words[0].upper()}{words[1:]} fra {dato(valid_from)}: {value or 'ikke noe'}"


def _today_of(day: date) -> Any:
    return lambda row: queries.view(row, day)
