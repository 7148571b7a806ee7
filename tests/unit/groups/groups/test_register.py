"""The bodies of the first network are data."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.groups.groups.queries import group_rows, groups
from services.groups.groups.register import bodies, establish_bodies
from shared.messages import Context
from shared.opening import NETWORKS

DIGITROFI = NETWORKS / "digitrofi" / "groups.toml"
OFFICE = Context(actor="office", correlation_id="test")


def test_the_bodies_of_the_network_are_established_once(stage: Any) -> None:
    listed = bodies(DIGITROFI)
    assert establish_bodies(stage.store, listed, OFFICE) == 2 * len(listed)
    assert establish_bodies(stage.store, listed, OFFICE) == 0

    with stage.store.reading() as connection:
        shown = groups(group_rows(connection), date(2026, 1, 1))
    assert [row["name"] for row in shown[:3]] == ["Styringsgruppe", "Leder og koordinatorer", "Ledernettverk"]
    assert all(row["mandate"]["text"] for row in shown)


def test_what_no_source_gives_is_marked_as_assumed() -> None:
    by_key = {body.key: body for body in bodies(DIGITROFI)}

    assert "seats_per_municipality" in by_key["ledernettverk"].assumed
    assert all("(eksempel)" in body.name for body in by_key.values() if body.kind == "professional_group")
    assert by_key["styringsgruppe"].seats_per_municipality == 0
