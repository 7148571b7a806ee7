"""What follows for every member is looked up for all at once, not for one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, event

from services.groups.contract import GroupEstablished, MunicipalityId
from services.groups.municipalities.queries import memberships
from services.groups.seats import policy
from shared import ids
from tests.support.examples.groups import LOPPA, leaders_network, professional_group
from tests.support.loppas_seats import TODAY, joined, sign_up

Look = Callable[[Any, Connection], Any]


def group_begins(stage: Any, connection: Connection) -> Any:
    established = next(one for one in stage.store.history() if isinstance(one.event, GroupEstablished))
    return policy.whenever_group_begins_or_ends(established, connection)


def day_comes(_stage: Any, connection: Connection) -> Any:
    return policy.seats_due(connection, TODAY)


def looked_up(stage: Any, look: Look) -> tuple[int, int]:
    """How many statements it takes, and how many members it finds."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with stage.store.reading() as connection:
        event.listen(connection.engine, "before_cursor_execute", note)
        try:
            found = list(look(stage, connection))
        finally:
            event.remove(connection.engine, "before_cursor_execute", note)
    return len(statements), len(found)


def join(stage: Any, count: int) -> None:
    for _ in range(count):
        stage.told(msgspec.structs.replace(joined(), municipality_id=MunicipalityId(ids.new_id())))


@pytest.mark.parametrize(("look", "each"), [(group_begins, 1), (day_comes, 0)])
def test_it_takes_as_many_statements_for_thirty_members_as_for_three(
    stage: Any, look: Look, each: int
) -> None:
    stage.happened(leaders_network())
    join(stage, 3)
    statements, found = looked_up(stage, look)
    assert found == 3 * each

    join(stage, 27)

    assert looked_up(stage, look) == (statements, 30 * each)


def test_so_does_a_look_that_finds_seats_missing(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.happened(leaders_network())
    join(stage, 3)
    monkeypatch.setattr(policy, "seat_rows", lambda _connection: [])
    statements, found = looked_up(stage, day_comes)
    assert found == 3

    join(stage, 27)

    assert looked_up(stage, day_comes) == (statements, 30)


def members_asked_after(stage: Any, look: Look) -> set[str]:
    """The municipalities that the statements name."""
    named: set[str] = set()

    def note(_connection: Any, _cursor: Any, _statement: str, parameters: Any, *_rest: Any) -> None:
        named.update(
            str(value) for value in (parameters.values() if isinstance(parameters, dict) else parameters)
        )

    with stage.store.reading() as connection:
        members = set(memberships(connection))
        event.listen(connection.engine, "before_cursor_execute", note)
        try:
            list(look(stage, connection))
        finally:
            event.remove(connection.engine, "before_cursor_execute", note)
    return named & members


def test_a_group_without_fixed_seats_concerns_those_alone_who_signed_up(stage: Any) -> None:
    stage.happened(professional_group())
    stage.told(joined())
    join(stage, 3)
    assert members_asked_after(stage, group_begins) == set()

    sign_up(stage, TODAY)

    assert members_asked_after(stage, group_begins) == {LOPPA}


def test_a_group_with_fixed_seats_concerns_every_member(stage: Any) -> None:
    stage.happened(leaders_network())
    join(stage, 3)

    assert len(members_asked_after(stage, group_begins)) == 3
