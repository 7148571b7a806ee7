"""The example documents that are committed are still read, and still written the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared import cloudevents
from shared.messages import Event, Recorded
from tests.contracts.published import EVENTS, EXAMPLES, ROOT, document, published, recorded

CLASSES: Mapping[str, type[Event]] = {event.type_name(): event for event in EVENTS}


def stored(event: type[Event]) -> bytes:
    return (ROOT / published(event).example_file).read_bytes().removesuffix(b"\n")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_a_stored_example_decodes_to_the_same_event(event: type[Event]) -> None:
    told = cloudevents.decode(stored(event), CLASSES, published(event).service)

    assert told == recorded(EXAMPLES[event])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_a_stored_example_is_written_again_byte_by_byte(event: type[Event]) -> None:
    told = cloudevents.decode(stored(event), CLASSES, published(event).service)

    assert isinstance(told, Recorded)
    assert document(told) == stored(event)


def test_what_says_when_an_event_happened_is_a_field_of_it() -> None:
    named = {event: event.happened for event in EVENTS if event.happened is not None}

    assert [event for event, field in named.items() if field not in event.__struct_fields__] == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_the_key_is_the_municipality_that_an_event_names_else_its_stream(event: type[Event]) -> None:
    told = recorded(EXAMPLES[event])
    about = getattr(told.event, "municipality_id", None)

    assert told.key == (about or told.stream)
    assert told.subject == (f"municipality/{about}" if about else told.subject)
