"""Fetch what is known, plan a file against it, and run the plan whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import Connection

from services.membership.contract import MunicipalityId, PopulationUpdated
from services.membership.imports.municipalities_file import plan_municipalities
from services.membership.imports.plans import Plan
from services.membership.imports.population_file import SOURCE, plan_population
from services.membership.imports.renumbering_file import plan_renumbering
from services.membership.municipalities import queries as register
from services.membership.municipalities.handlers import NUMBERS
from services.membership.municipalities.identity import Municipality
from services.membership.municipalities.network_files import folder, names_since
from services.membership.municipalities.projection import facts_in
from services.membership.population import queries as inhabitants
from services.membership.population.domain import Population
from shared.errors import Malformed
from shared.locks import take_turn

ImportKind: TypeAlias = Literal["municipalities", "population", "renumbering"]
KINDS: tuple[ImportKind, ...] = get_args(ImportKind)

Handle: TypeAlias = Callable[[Any, str, Any], Any]
"""`handle(decider, stream, command)` of the transaction that everything runs in."""

_TOLD = 200


class FileRefused(Malformed):
    """The file has wrong rows; nothing of it was recorded. `rows` names them."""

    code = "import-refused"
    nb = "Fila har feil. Ingenting er lastet inn."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A file and what is told with it; `published_on` and `source` belong to population only."""

    kind: ImportKind
    content: bytes
    published_on: date | None = None
    source: str = SOURCE


def preview(connection: Connection, asked: Asked) -> Plan:
    """What the file would do; with errors in the plan, none of it can be done."""
    known = _known(connection)
    match asked.kind:
        case "municipalities":
            return plan_municipalities(asked.content, known, names_since(folder()))
        case "population":
            return plan_population(
                asked.content,
                known,
                _figures(connection),
                published_on=asked.published_on,
                source=asked.source,
            )
        case "renumbering":
            return plan_renumbering(asked.content, known)


def run(connection: Connection, handle: Handle, asked: Asked) -> Plan:
    """Plan the file and do all of it in the caller's transaction; raises FileRefused on any wrong row.

    The plan is made in the same transaction, so that a second run finds nothing left to do, and
    when nobody else gives out numbers.
    """
    take_turn(connection, NUMBERS)
    plan = preview(connection, asked)
    require_clean(plan)
    for step in plan.steps:
        handle(step.decider, step.stream, step.command)
    return plan


def require_clean(plan: Plan) -> None:
    """Refuse a plan with errors, naming the first two hundred wrong rows."""
    if plan.errors:
        raise FileRefused(
            f"{len(plan.errors)} errors in the file; nothing is recorded.",
            kind=plan.kind,
            count=len(plan.errors),
            rows=[asdict(error) for error in plan.errors[:_TOLD]],
        )


def _known(connection: Connection) -> list[Municipality]:
    return [facts_in(row) for row in register.rows(connection)]


def _figures(connection: Connection) -> dict[MunicipalityId, Population]:
    found: dict[MunicipalityId, list[PopulationUpdated]] = {}
    for figure in inhabitants.figures(inhabitants.rows(connection)):
        found.setdefault(figure.municipality_id, []).append(
            PopulationUpdated(
                municipality_id=figure.municipality_id,
                as_of=figure.as_of,
                inhabitants=figure.inhabitants,
                source=figure.source,
                published_on=figure.published_on,
                replaces=figure.replaces,
                invented=figure.invented,
            )
        )
    return {one: Population(figures=tuple(figures)) for one, figures in found.items()}
