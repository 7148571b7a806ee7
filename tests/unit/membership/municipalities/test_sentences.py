"""Every event of membership about a municipality reads as a Norwegian sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from services.membership.contract import EVENTS, MunicipalityId
from services.membership.municipalities.sentences import actor, sentence
from tests.support.examples import membership as examples

WITHOUT_MUNICIPALITY = ("AgreementVersionPublished", "AgreementVersionExtended")
MADE: dict[str, Callable[..., Any]] = {
    type(made()).__name__: made
    for name, made in inspect.getmembers(examples, inspect.isfunction)
    if made.__module__ == examples.__name__
}


@pytest.mark.parametrize(
    "name", [event.__name__ for event in EVENTS if event.__name__ not in WITHOUT_MUNICIPALITY]
)
def test_every_event_about_a_municipality_has_its_sentence(name: str) -> None:
    told = sentence(MADE[name](), lambda _: "Nabo")

    assert "None" not in told
    assert "_" not in told


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
