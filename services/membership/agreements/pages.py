"""Avtaler: the versions with texts, checklist and members, and the forms to publish and extend."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, url_for

from services.membership import wording
from services.membership.agreements.api import extended, published
from services.membership.agreements.queries import agreement_version, agreement_versions
from services.membership.agreements.schemas import AgreementForm, ExtensionForm
from services.membership.memberships import queries as ways
from services.membership.municipalities.queries import all_municipalities, municipality
from shared import clock
from shared.web.access import caller, requires
from shared.web.commands import connection
from shared.web.forms import form
from shared.web.reads import as_of

pages = Blueprint("agreements_pages", __name__, url_prefix="/membership", template_folder="../templates")


@pages.get("/avtaler")
@requires("membership:read")
def agreements_list() -> str:
    """All versions."""
    day = as_of()
    versions = agreement_versions(connection())
    members = _members(day)
    return render_template(
        "membership/agreements_list.html",
        versions=versions,
        hosts={one["agreement_version"]: _name(one["host_municipality_id"], day) for one in versions},
        counts={one["agreement_version"]: len(members.get(one["agreement_version"], ())) for one in versions},
        as_of=day,
        wording=wording,
        office=caller().is_office,
    )


def agreement_page(
    version: int,
    errors: dict[str, list[str]] | None = None,
    refusal: str | None = None,
    values: Any = None,
) -> str:
    """One version, with the form to extend it."""
    day = as_of()
    row = agreement_version(connection(), version)
    names = {one.municipality_id: one for one in all_municipalities(connection(), day)}
    under = set(_members(day).get(version, ()))
    return render_template(
        "membership/agreements_version.html",
        agreement=row,
        host=_name(row["host_municipality_id"], day),
        members=[one for municipality_id, one in names.items() if municipality_id in under],
        as_of=day,
        wording=wording,
        may_write=caller().is_office and "membership:write" in caller().scopes,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get("/avtaler/<int:version>")
@requires("membership:read")
def agreement(version: int) -> str:
    """One version."""
    return agreement_page(version)


def new_page(
    errors: dict[str, list[str]] | None = None, refusal: str | None = None, values: Any = None
) -> str:
    """The form for a new version, filled with what the newest one says."""
    known = agreement_versions(connection())
    return render_template(
        "membership/agreements_new.html",
        newest=known[-1] if known else None,
        municipalities=[(one.municipality_id, one.name) for one in all_municipalities(connection(), as_of())],
        wording=wording,
        errors=errors or {},
        refusal=refusal,
        values=values or {},
    )


@pages.get("/avtaler/ny")
@requires("membership:write", office=True)
def new_agreement() -> str:
    """The empty form."""
    return new_page()


@pages.post("/avtaler")
@requires("membership:write", office=True)
@form(AgreementForm, page=new_page)
def publish(given: dict[str, Any]) -> str:
    """Publish a version."""
    texts = [
        {"language": language, "title": given[f"title_{language}"], "body": given[f"body_{language}"]}
        for language in ("nb", "nn")
        if given[f"title_{language}"]
    ]
    published(
        {
            "agreement_version": given["agreement_version"],
            "legal_form": given["legal_form"],
            "host_municipality_id": given["host_municipality_id"],
            "valid_from": given["valid_from"],
            "valid_to": _day_after(given["valid_through"]),
            "notice_rule": {"months": given["months"], "takes_effect": given["takes_effect"]},
            "extension": given["extension"],
            "checklist": [line.strip() for line in given["checklist"].splitlines() if line.strip()],
            "texts": texts,
            "assumed": [],
        }
    )
    return url_for("agreements_pages.agreement", version=given["agreement_version"])


@pages.post("/avtaler/<int:version>/forlengelse")
@requires("membership:write", office=True)
@form(ExtensionForm, page=agreement_page)
def extend(given: dict[str, Any], version: int) -> str:
    """Extend a version."""
    extended(version, {"valid_to": _day_after(given["valid_through"]), "decided_by": given["decided_by"]})
    return url_for("agreements_pages.agreement", version=version)


def _members(day: date) -> dict[int, list[str]]:
    """Who is a member under which version, as far as the caller may know."""
    known = ways.known_to(caller().municipality_id, ways.rows(connection()), clock.today())
    return ways.part_members(known, day)


def _day_after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)


def _name(municipality_id: str, day: date) -> str:
    found = municipality(connection(), municipality_id, day)
    return found.name if found else "ikke kjent"
