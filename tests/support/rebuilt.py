"""What a rebuild has left of the garage's read model."""

from __future__ import annotations

from sqlalchemy import inspect, select

from shared.tables import builds as build_rows
from tests.support.garage import Company
from tests.support.parking_company import rented


def tables(company: Company) -> list[str]:
    """The tables there are of the garage's read model."""
    with company.garage.reading() as connection:
        return sorted(name for name in inspect(connection).get_table_names() if name.startswith("rented__"))


def states(company: Company) -> list[str]:
    """The states of its builds, oldest first; retired ones are gone."""
    with company.garage.reading() as connection:
        query = select(build_rows.c.state).order_by(build_rows.c.build)
        return [state for state in connection.execute(query).scalars() if state != "retired"]


def places(company: Company) -> set[str]:
    """What readers see."""
    return {row["place"] for row in company.rows(company.garage, rented)}
