"""A follow-up that is refused again and again is one case."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from alembic import op
from sqlalchemy import inspect, text

from shared import ids, tables

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make one case of all that waits of one policy and stream; a database that began with this has none."""
    connection = op.get_bind()
    if "refusal_id" in {column["name"] for column in inspect(connection).get_columns("refusals")}:
        return
    kept = [dict(row) for row in connection.execute(text("SELECT * FROM refusals")).mappings()]
    op.drop_table("refusals")
    tables.refusals.create(connection)
    kept.sort(key=lambda row: (row["policy"], row["stream"], row["refused_at"], row["cause"]))
    for _, rows in groupby(kept, key=lambda row: (row["policy"], row["stream"])):
        for case in _cases(list(rows)):
            connection.execute(tables.refusals.insert().values(case))


def _cases(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first that waits stands for all that wait; the others are kept as settled with it."""
    cases = [_case(row) for row in rows]
    open_ones = [case for case in cases if case["settled_at"] is None]
    if not open_ones:
        return cases
    first, newest = open_ones[0], open_ones[-1]
    for other in open_ones[1:]:
        other |= {
            "lasts": False,
            "settled_at": other["refused_at"],
            "settled_by": "system/migration",
            "settled_because": f"one case with {first['refusal_id']}",
        }
    latest = ("code", "message", "nb", "last_cause", "last_refused_at")
    first |= {name: newest[name] for name in latest} | {"times": len(open_ones)}
    return cases


def _case(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "refusal_id": ids.derived_id(row["cause"], row["policy"], row["stream"]),
        "follow_up": row["policy"],
        "last_cause": row["cause"],
        "last_refused_at": row["refused_at"],
        "times": 1,
        "lasts": row["settled_at"] is None,
    }
