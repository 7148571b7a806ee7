"""What an event is said to replace."""

from __future__ import annotations

from dataclasses import dataclass

from shared.decider import changed_fields
from shared.messages import Event, Value


class PlacePainted(Event, frozen=True):
    """A parking place has got another colour."""

    place: str
    colour: str
    visible: bool = True


@dataclass(frozen=True)
class Place:
    """A state with a field, and with what it works out."""

    colour: str | None = None

    @property
    def visible(self) -> bool:
        return self.colour == "white"

    def place(self) -> str:
        return "B12"


class PlaceAsStruct(Value, frozen=True):
    """The same as a struct."""

    colour: str | None = None

    @property
    def visible(self) -> bool:
        return self.colour == "white"


def test_a_field_that_differs_is_replaced() -> None:
    assert changed_fields(Place("grey"), PlacePainted(place="B12", colour="blue")) == {"colour": "grey"}


def test_a_field_that_stays_is_not_replaced() -> None:
    assert changed_fields(Place("blue"), PlacePainted(place="B12", colour="blue")) == {}


def test_what_a_state_works_out_or_can_do_was_never_recorded() -> None:
    assert set(changed_fields(Place("grey"), PlacePainted(place="B12", colour="blue"))) == {"colour"}


def test_the_fields_of_a_struct_count_as_those_of_a_dataclass() -> None:
    assert changed_fields(PlaceAsStruct("grey"), PlacePainted(place="B", colour="blue")) == {"colour": "grey"}


def test_before_the_first_event_there_is_nothing_to_replace() -> None:
    assert changed_fields(None, PlacePainted(place="B12", colour="blue")) == {}
