"""Municipalities as they are, were, and were known: found by any name or number they ever had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from services.membership.contract import MunicipalityId, Names
from services.membership.municipalities.identity import (
    Link,
    Municipality,
    NamesFrom,
    NumberFrom,
    OrganisationFrom,
    holding,
)
from services.membership.municipalities.projection import facts_in, municipality_register
from services.membership.municipalities.tables import municipality_rows
from shared.eventstore import Store
from shared.readmodels import Row
from shared.rowsql import all_rows, rows_among
from shared.web.norwegian import fold_search, sort_key


@dataclass(frozen=True, kw_only=True)
class View:
    """One municipality as of a date, with its whole history of dated facts.

    `number`, `names` and so on are those of the date; before a municipality's first date
    its first facts stand there, after its last its last ones. `exists` tells which it is.
    """

    municipality_id: MunicipalityId
    organisation_number: str | None
    number: str | None
    names: Names
    county_number: str | None
    valid_from: date
    ceased_on: date | None
    exists: bool
    invented: bool
    example: bool
    version: int
    numbers: tuple[NumberFrom, ...]
    names_history: tuple[NamesFrom, ...]
    organisations: tuple[OrganisationFrom, ...]
    links: tuple[Link, ...]

    @property
    def name(self) -> str:
        """The Norwegian name, by which lists are sorted."""
        return self.names.nb

    @property
    def all_names(self) -> str:
        """Every official name of the date, Norwegian first, as pages show them."""
        return " - ".join(name for name in (self.names.nb, self.names.se, self.names.fkv) if name)

    @property
    def successors(self) -> tuple[MunicipalityId, ...]:
        """Who came after a municipality that has ceased; more than one after a split."""
        ended = [
            link for link in self.links if link.on == self.ceased_on and link.kind != "boundary_adjustment"
        ]
        ids = [one for link in ended if self.municipality_id in link.before for one in link.after]
        return tuple(dict.fromkeys(ids))


def rows(connection: Connection) -> list[Row]:
    """The register as it stands; the other source of rows is `rows_known_at`."""
    return all_rows(connection, municipality_rows)


def rows_known_at(store: Store, moment: str, municipality_id: str | None = None) -> list[Row]:
    """The register, or one municipality's row, as known at `moment` (RFC 3339, inclusive)."""
    return store.rows_known_at(municipality_register, moment, municipality_id)


def view(row: Row, as_of: date) -> View:
    """One row as of a date."""
    facts = facts_in(row)
    number = holding(facts.numbers, as_of) or facts.numbers[0]
    names = holding(facts.names, as_of) or facts.names[0]
    organisation = holding(facts.organisations, as_of) or facts.organisations[0]
    return View(
        municipality_id=MunicipalityId(row["municipality_id"]),
        organisation_number=organisation.organisation_number,
        number=number.number,
        names=names.names,
        county_number=number.county_number,
        valid_from=facts.since,
        ceased_on=facts.ceased_on,
        exists=_exists(facts, as_of),
        invented=facts.invented,
        example=bool(row["example"]),
        version=row["version"],
        numbers=facts.numbers,
        names_history=facts.names,
        organisations=facts.organisations,
        links=facts.links,
    )


def existing(known: Iterable[Row], as_of: date) -> list[View]:
    """All municipalities that exist on a date, in Norwegian order of their names."""
    return _sorted(seen for row in known if (seen := view(row, as_of)).exists)


def found(known: Iterable[Row], text: str, as_of: date) -> list[View]:
    """Those that ever had a name that holds `text`, or a number that begins with it.

    Accents do not count: `karasjohka` finds Kárášjohka. A municipality that had ceased is
    followed by its successors, where the search does not find them anyway.
    """
    views = [view(row, as_of) for row in known]
    wanted = fold_search(text)
    if not wanted:
        return []
    return _with_successors(_sorted(one for one in views if _answers_to(one, wanted)), views)


def carrying(known: Iterable[Row], number: str, on: date | None, as_of: date) -> list[View]:
    """Those that carried a municipality or organisation number (on a date, else ever), and their successors.

    A number whose municipality was split answers with all who came after it; after a
    boundary adjustment the giver goes on and answers alone.
    """
    views = [view(row, as_of) for row in known]
    return _with_successors(_sorted(one for one in views if _carried(one, number, on)), views)


def municipality(connection: Connection, municipality_id: str, as_of: date) -> View | None:
    """One municipality as of a date, None if nothing is known of it."""
    found = rows_among(connection, municipality_rows, "municipality_id", [municipality_id])
    return view(found[0], as_of) if found else None


def all_municipalities(connection: Connection, as_of: date) -> list[View]:
    """All municipalities that exist on a date, in Norwegian order of their names."""
    return existing(rows(connection), as_of)


def find(connection: Connection, text: str, as_of: date) -> list[View]:
    """Those that a search for `text` finds, as of a date (see `found`)."""
    return found(rows(connection), text, as_of)


def by_number(connection: Connection, number: str, as_of: date, on: date | None = None) -> list[View]:
    """Those that carried a number, with all successors, as of a date (see `carrying`)."""
    return carrying(rows(connection), number, on, as_of)


def _exists(facts: Municipality, day: date) -> bool:
    return facts.since <= day and (facts.ceased_on is None or day < facts.ceased_on)


def _answers_to(one: View, wanted: str) -> bool:
    names = [name for fact in one.names_history for name in (fact.names.nb, fact.names.se, fact.names.fkv)]
    numbers = [fact.number for fact in one.numbers]
    numbers += [fact.organisation_number for fact in one.organisations]
    return any(name and wanted in fold_search(name) for name in names) or any(
        number and number.startswith(wanted) for number in numbers
    )


def _carried(one: View, number: str, on: date | None) -> bool:
    if on is None:
        return number in {
            *(fact.number for fact in one.numbers),
            *(fact.organisation_number for fact in one.organisations),
        }
    if on < one.valid_from or (one.ceased_on is not None and on >= one.ceased_on):
        return False
    carried = holding(one.numbers, on)
    organisation = holding(one.organisations, on)
    return (carried is not None and carried.number == number) or (
        organisation is not None and organisation.organisation_number == number
    )


def _with_successors(hits: Sequence[View], views: Iterable[View]) -> list[View]:
    """The hits, and after them everybody who came after those that have ceased."""
    by_id = {one.municipality_id: one for one in views}
    ordered = {one.municipality_id: one for one in hits}
    waiting = list(hits)
    while waiting:
        for successor in waiting.pop(0).successors:
            if successor in by_id and successor not in ordered:
                ordered[successor] = by_id[successor]
                waiting.append(by_id[successor])
    return list(ordered.values())


def _sorted(views: Iterable[View]) -> list[View]:
    return sorted(views, key=lambda one: (*sort_key(one.name), one.number or "", one.municipality_id))
