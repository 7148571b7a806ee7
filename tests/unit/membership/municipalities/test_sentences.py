"""Every event of membership about a municipality reads as a Norwegian sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from services.membership.contract import EVENTS, MunicipalityId, MunicipalityLeft
from services.membership.municipalities.sentences import actor, sentence
from services.membership.wording import LEAVING_CAUSES
from tests.support.examples import membership as examples

WITHOUT_MUNICIPALITY = ("AgreementVersionPublished", "AgreementVersionExtended")
MADE: dict[str, Callable[..., Any]] = {
    type(made()).__name__: made
    for name, made in inspect.getmembers(examples, inspect.isfunction)
    if made.__module__ == examples.__name__
}
CHOICES = [
    (event.__name__, field, value)
    for event in EVENTS
    if event.__name__ not in WITHOUT_MUNICIPALITY
    for field, kind in get_type_hints(event).items()
    if get_origin(kind) is Literal
    for value in get_args(kind)
]
"""Every value of every field that the contract gives a few values to choose from."""


@pytest.mark.parametrize(
    "name", [event.__name__ for event in EVENTS if event.__name__ not in WITHOUT_MUNICIPALITY]
)
def test_every_event_about_a_municipality_has_its_sentence(name: str) -> None:
    told = sentence(MADE[name](), lambda _: "Nabo")

    assert "None" not in told
    assert "_" not in told


@pytest.mark.parametrize(("name", "field", "value"), CHOICES)
def test_an_event_has_its_sentence_whatever_the_contract_lets_it_say(
    name: str, field: str, value: str
) -> None:
    event = msgspec.structs.replace(MADE[name](), **{field: value})

    assert "_" not in sentence(event, lambda _: "Nabo")


@pytest.mark.parametrize("cause", get_args(get_type_hints(MunicipalityLeft)["cause"]))
def test_why_a_membership_ended_is_told_in_the_words_of_all_pages(cause: str) -> None:
    told = sentence(examples.municipality_left(cause=cause), lambda _: "Nabo")

    assert told == f"Medlemskapet ble avsluttet: {LEAVING_CAUSES[cause]}."


def test_a_merger_names_the_others() -> None:
    named = {examples.LYNGEN: "Lyngen", examples.NEIGHBOUR: "Nabo", examples.HARSTAD: "Ny"}
    told = sentence(examples.municipality_merged(), lambda one: named[MunicipalityId(one)])

    assert told == "Lyngen og Nabo ble slått sammen til Ny."


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ("office", "Nettverkskontoret"),
        ("municipality/4b9c", "Kommunen"),
        ("client/kartet", "Klienten kartet"),
        ("system/schedule", "Systemet"),
    ],
)
def test_who_recorded_is_told_by_role(recorded: str, told: str) -> None:
    assert actor(recorded) == told
