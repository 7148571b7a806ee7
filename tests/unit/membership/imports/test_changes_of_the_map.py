"""Files of changes lead to renumberings, mergers, splits and adjustments in the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.membership.imports.handlers import Asked
from services.membership.imports.municipalities_file import plan_municipalities
from services.membership.imports.plans import Plan
from services.membership.imports.renumbering_file import plan_renumbering
from services.membership.municipalities import queries
from services.membership.municipalities.identity import Municipality, holding
from services.membership.municipalities.projection import facts_in
from shared.eventstore import Store

Load = Callable[[Asked], Plan]

REGISTER = """orgnr,name_nb,name_se,name_fkv,number_2020,number_2024
940101808,Aure,,,1507,
972417971,Bjerk,,,,1508
944588132,Dal,,,,1580
964993602,Elv,,,3207,3207
972417998,Fjell,,,3216,3216
959469792,Gran,,,3118,3118
840014932,Lyngen,Ivgu,Yykeä,5424,5536
"""
HEADER = "old_code,old_name,new_code,new_name,change_occurred\n"
TODAY = date(2026, 6, 1)


def changes(*rows: str) -> Asked:
    return Asked(kind="renumbering", content=(HEADER + "\n".join(rows)).encode())


def register(load: Load) -> None:
    load(Asked(kind="municipalities", content=REGISTER.encode()))


def names(store: Store, number: str, day: date = TODAY) -> list[str]:
    with store.reading() as connection:
        return [one.name for one in queries.by_number(connection, number, day)]


def test_a_number_that_was_split_answers_with_all_that_came_after(load: Load, store: Store) -> None:
    register(load)
    plan = load(changes("1507,Aure,1508,Bjerk,2024-01-01", "1507,Aure,1580,Dal,2024-01-01"))

    assert (plan.changed, len(plan.steps)) == (2, 3)
    assert names(store, "1507") == ["Aure", "Bjerk", "Dal"]
    with store.reading() as connection:
        assert "Aure" not in {one.name for one in queries.all_municipalities(connection, TODAY)}


def test_a_merger_is_written_to_predecessors_and_successor(load: Load, store: Store) -> None:
    register(load)
    plan = load(changes("1507,Aure,1508,Bjerk,2024-01-01", "3207,Elv,1508,Bjerk,2024-01-01"))

    assert (plan.changed, len(plan.steps)) == (2, 3)
    assert names(store, "3207") == ["Elv", "Bjerk"]


def test_a_boundary_adjustment_ends_nobody(load: Load, store: Store) -> None:
    register(load)
    rows = (
        "3118,Gran,3118,Gran,2026-01-01",
        "3118,Gran,3207,Elv,2026-01-01",
        "3118,Gran,3216,Fjell,2026-01-01",
    )
    plan = load(changes(*rows))
    again = load(changes(*rows))

    assert (plan.changed, len(plan.steps)) == (3, 3)
    assert (again.changed, again.unchanged) == (0, 3)
    assert names(store, "3118") == ["Gran"]


def test_a_changed_label_takes_younger_names_away_from_the_time_before(load: Load, store: Store) -> None:
    """The register of a network that has no file of starts holds the names of today from the beginning."""
    load(
        Asked(
            kind="municipalities",
            content=(
                b"orgnr,name_nb,name_se,name_fkv,number_2024\n"
                b"959469415,Gratangen,,,5516\n"
                b"964994129,Storfjord,Omasvuotna,Omasvuono,5538\n"
            ),
        )
    )
    rows = ("5538,Storfjord - Omasvuotna,5538,Omasvuotná - Storfjord - Omasvuonno,2026-01-01",)
    plan = load(changes(*rows))
    again = load(changes(*rows))

    with store.reading() as connection:
        (before,) = queries.by_number(connection, "5538", date(2025, 12, 31))
        (after,) = queries.by_number(connection, "5538", date(2026, 1, 1))
    assert (plan.changed, again.changed) == (1, 0)
    assert before.all_names == "Storfjord - Omasvuotna"
    assert after.all_names == "Storfjord - Omasvuotna - Omasvuono"


def test_loading_the_register_again_does_not_give_the_past_its_younger_names_back(load: Load) -> None:
    content = b"orgnr,name_nb,name_se,name_fkv,number_2024\n964994129,Storfjord,Omasvuotna,Omasvuono,5538\n"
    load(Asked(kind="municipalities", content=content))
    load(changes("5538,Storfjord - Omasvuotna,5538,Storfjord - Omasvuotna - Omasvuono,2026-01-01"))

    again = load(Asked(kind="municipalities", content=content))

    assert (again.changed, again.unchanged) == (0, 1)


def test_rows_of_several_days_are_read_in_the_order_of_the_days() -> None:
    known = loaded(b"orgnr,name_nb,name_se,name_fkv,number_2020\n959469415,Gratangen,,,5414\n")
    rows = "5516,X,5599,X,2026-01-01\n5414,X,5516,X,2024-01-01\n"

    plan = plan_renumbering((HEADER + rows).encode(), known)

    assert (plan.errors, plan.changed) == ((), 2)


def test_a_number_that_the_register_corrects_is_recorded_as_a_correction(load: Load, store: Store) -> None:
    register(load)
    plan = load(Asked(kind="municipalities", content=REGISTER.replace("5536", "5538").encode()))

    assert (plan.changed, plan.unchanged) == (1, 6)
    with store.reading() as connection:
        (lyngen,) = queries.by_number(connection, "5538", TODAY)
        assert lyngen.name == "Lyngen"
        row = next(
            row for row in queries.rows(connection) if row["municipality_id"] == lyngen.municipality_id
        )
    number = holding(facts_in(row).numbers, date(2024, 1, 1))
    assert number is not None
    assert (number.valid_from, number.number) == (date(2024, 1, 1), "5538")


def loaded(content: bytes) -> list[Municipality]:
    states: dict[str, Municipality] = {}
    for step in plan_municipalities(content, [], {}).steps:
        state = states.get(step.stream, step.decider.initial)
        states[step.stream] = step.decider.fold(step.decider.decide(state, step.command), state)
    return list(states.values())
