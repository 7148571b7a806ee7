"""What every decision about a municipality requires, and the refusals where it is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from stdnum.no import orgnr

from services.membership.contract import MunicipalityId
from services.membership.municipalities.identity import Fact, Municipality, holding
from shared.errors import Refused

_NUMBER = re.compile(r"[0-9]{4}")


class MunicipalityUnknown(Refused):
    """Nothing is known of such a municipality."""

    code = "municipality-unknown"
    status = 404
    nb = "Kommunen finnes ikke i registeret."


class MunicipalityNotThere(Refused):
    """The municipality does not exist on that date: not yet, or no longer."""

    code = "municipality-not-there"
    nb = "Kommunen fantes ikke på denne datoen."


class NumberTaken(Refused):
    """Another municipality has the number or organisation number."""

    code = "number-taken"
    nb = "En annen kommune har dette nummeret."


class BadNumber(Refused):
    """A municipality number has four digits."""

    code = "bad-municipality-number"
    status = 422
    nb = "Et kommunenummer har fire sifre."


class BadOrganisationNumber(Refused):
    """An organisation number has nine digits, the last one a check digit (mod 11)."""

    code = "bad-organisation-number"
    status = 422
    nb = "Organisasjonsnummeret er ikke gyldig. Kontroller sifrene."


class NameMissing(Refused):
    """A municipality has a Norwegian name."""

    code = "name-missing"
    status = 422
    nb = "Kommunen må ha et norsk navn."


class LaterFactKnown(Refused):
    """A fact from the same date or later is known; it is corrected, not written over."""

    code = "later-fact-known"
    nb = "Det er registrert noe som gjelder fra samme dag eller senere. Rett det i stedet."


def is_number(text: str) -> bool:
    """Whether `text` can be a municipality number: four digits."""
    return _NUMBER.fullmatch(text) is not None


def is_organisation_number(text: str) -> bool:
    """Whether `text` can be an organisation number: nine plain digits, the last a check digit."""
    return text.isascii() and text.isdigit() and bool(orgnr.is_valid(text))


def require_number(text: str | None, field: str = "number") -> None:
    """Refuse what cannot be a municipality number; `field` is where it was given."""
    if text is None or not is_number(text):
        raise BadNumber("A municipality number has four digits.", field=field)


def require_organisation_number(text: str | None, field: str = "organisation_number") -> None:
    """Refuse what cannot be an organisation number; `field` is where it was given."""
    if text is None or not is_organisation_number(text):
        raise BadOrganisationNumber(
            "An organisation number has nine digits with a valid check digit.", field=field
        )


def require_name(text: str | None, field: str = "names.nb") -> None:
    """Refuse a municipality without a Norwegian name; `field` is where it was given."""
    if text is None or not text.strip():
        raise NameMissing("A municipality has a Norwegian name.", field=field)


def require_free(taken_by: MunicipalityId | None, field: str = "number") -> None:
    """Refuse a number that another municipality has; `field` is where it was given."""
    if taken_by is not None:
        raise NumberTaken("Another municipality has this number.", field=field, municipality_id=taken_by)


def require_known(municipality: Municipality) -> MunicipalityId:
    """The municipality's id; refuse if nothing is known of it."""
    if municipality.municipality_id is None:
        raise MunicipalityUnknown("There is no such municipality.")
    return municipality.municipality_id


def require_there(municipality: Municipality, day: date) -> MunicipalityId:
    """The municipality's id; refuse if it does not exist on `day`."""
    known = require_known(municipality)
    if day < municipality.since:
        raise MunicipalityNotThere(
            f"The municipality is known from {municipality.since} on.",
            field="valid_from",
            valid_from=str(municipality.since),
        )
    if municipality.ceased_on is not None and day >= municipality.ceased_on:
        raise MunicipalityNotThere(
            f"The municipality ceased on {municipality.ceased_on}.",
            field="valid_from",
            ceased_on=str(municipality.ceased_on),
        )
    return known


def require_latest(facts: Sequence[Fact], day: date) -> None:
    """Refuse a fact that would not begin after all facts of its kind."""
    latest = facts[-1].valid_from
    if day <= latest:
        raise LaterFactKnown(
            f"A fact that holds from {latest} is known; correct it instead.",
            field="valid_from",
            valid_from=str(latest),
        )


def required(facts: Sequence[Fact], day: date) -> Fact:
    """The fact that holds on `day`; refuse if that is before the first."""
    found = holding(facts, day)
    if found is None:
        raise MunicipalityNotThere("Nothing is known for that date.", field="valid_from")
    return found
