"""One document everywhere: what our encoder writes, and what our decoder takes in and refuses."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import cloudevents, upcasting
from shared.cloudevents import EventTooLarge, InvalidDocument, UnknownType, decode, encode
from shared.messages import Event, Recorded

SOURCE = "https://samvirke.example/parking"


class CarParked(Event, frozen=True, kw_only=True):
    """A car stands in the parking house."""

    happened = "parked_on"

    car: str
    parked_on: date
    places: int = 1
    note: str | None = None


EVENTS: dict[str, type[Event]] = {"CarParked.v1": CarParked}


def car_parked(**changes: Any) -> Recorded[Any]:
    given: dict[str, Any] = {
        "event": CarParked(car="Guovdageainnu suohkan", parked_on=date(2026, 1, 1)),
        "event_id": "01987f5e-1111-7abc-8def-000000000001",
        "service": "parking",
        "stream": "house-7/2026",
        "version": 3,
        "key": "7",
        "subject": "house/7",
        "type": "CarParked.v1",
        "time": "2025-12-31T23:00:00.000000Z",
        "recorded_at": "2026-01-02T08:00:00.123456Z",
        "actor": "office",
        "correlation_id": "abc",
        "sequence": 42,
        "previous": {"places": 2},
    }
    return Recorded(**(given | changes))


def document(**changes: Any) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(encode(car_parked(), source=SOURCE))
    return {name: value for name, value in (members | changes).items() if value is not ...}


def read(members: dict[str, Any]) -> Recorded[Any] | UnknownType:
    return decode(json.dumps(members).encode(), EVENTS, "parking")


def test_the_document_carries_what_integrators_are_promised() -> None:
    written = encode(car_parked(causation_id="cause-1", example=True), source=SOURCE)

    assert json.loads(written) == {
        "specversion": "1.0",
        "id": "01987f5e-1111-7abc-8def-000000000001",
        "source": SOURCE,
        "type": "no.digitrofi.CarParked.v1",
        "subject": "house/7",
        "time": "2025-12-31T23:00:00.000000Z",
        "recordedtime": "2026-01-02T08:00:00.123456Z",
        "datacontenttype": "application/json",
        "dataschema": f"{SOURCE}/schemas/CarParked.v1.json",
        "sequence": "00000000000000000042",
        "partitionkey": "7",
        "stream": "house-7/2026",
        "streamversion": 3,
        "correlationid": "abc",
        "causationid": "cause-1",
        "actor": "office",
        "example": True,
        "data": {
            "current": {"car": "Guovdageainnu suohkan", "parked_on": "2026-01-01", "places": 1, "note": None},
            "previous": {"places": 2},
            "version": 3,
        },
    }


def test_what_is_not_so_is_left_out() -> None:
    members = document()

    assert not {"causationid", "example"} & members.keys()


def test_the_same_event_always_gives_the_same_bytes() -> None:
    assert encode(car_parked(), source=SOURCE) == encode(car_parked(), source=SOURCE)


def test_stored_data_is_taken_as_it_stands() -> None:
    stored = '{"current":{"car":"B","parked_on":"2026-01-01"},"previous":{},"version":3}'

    assert encode(car_parked(), source=SOURCE, data=stored).endswith(f'"data":{stored}}}'.encode())


@given(
    car=st.text(), places=st.integers(-(2**53), 2**53), note=st.none() | st.text(),
    example=st.booleans(), cause=st.none() | st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True),
)  # fmt: skip
def test_decoding_what_was_encoded_gives_it_back(
    *, car: str, places: int, note: str | None, example: bool, cause: str | None
) -> None:
    event = CarParked(car=car, parked_on=date(2024, 2, 29), places=places, note=note)
    recorded = car_parked(event=event, example=example, causation_id=cause)
    written = encode(recorded, source=SOURCE)

    assert decode(written, EVENTS, "parking") == recorded
    assert read(json.loads(written)) == recorded


def test_an_event_of_exactly_64_kib_is_encoded_and_one_byte_more_is_refused() -> None:
    room = 65_536 - len(
        encode(car_parked(event=CarParked(car="", parked_on=date(2026, 1, 1))), source=SOURCE)
    )

    def sized(extra: int) -> Recorded[Any]:
        return car_parked(
            event=CarParked(car="x" * (room + extra), parked_on=date(2026, 1, 1)), sequence=None
        )

    cloudevents.check_size(sized(0), SOURCE)
    with pytest.raises(EventTooLarge) as raised:
        cloudevents.check_size(sized(1), SOURCE)

    assert raised.value.details == {"size": 65_537, "maximum": 65_536}


def test_an_event_without_a_sequence_is_not_encoded() -> None:
    with pytest.raises(InvalidDocument) as raised:
        encode(car_parked(sequence=None), source=SOURCE)

    assert raised.value.code == "not-numbered"


@pytest.mark.parametrize("attribute", ["actor", "subject", "key", "stream", "correlation_id", "causation_id"])
@pytest.mark.parametrize("text", ["Tromsø", "a b", 'a"b', "50%", "a\\b", "", "a\nb"])
def test_attributes_that_headers_cannot_carry_are_not_encoded(attribute: str, text: str) -> None:
    with pytest.raises(InvalidDocument) as raised:
        encode(car_parked(**{attribute: text}), source=SOURCE)

    assert raised.value.code == "bad-characters"


@pytest.mark.parametrize("attribute", ["key", "stream"])
def test_names_that_no_consumer_could_keep_are_not_encoded(attribute: str) -> None:
    longest = car_parked(**{attribute: "x" * 500})
    assert decode(encode(longest, source=SOURCE), EVENTS, "parking") == longest

    with pytest.raises(InvalidDocument) as raised:
        encode(car_parked(**{attribute: "x" * 501}), source=SOURCE)

    assert raised.value.code == "name-too-long"


@pytest.mark.parametrize(
    ("ours", "spoilt"),
    [('sequence":"00', 'sequence":"99'), ('stream":"', f'stream":"{"s" * 500}'), ('key":"', f'key":"{"7" * 500}')],
)  # fmt: skip
def test_what_no_database_could_keep_is_refused_also_in_our_own_bytes(ours: str, spoilt: str) -> None:
    with pytest.raises(InvalidDocument):
        decode(encode(car_parked(), source=SOURCE).decode().replace(ours, spoilt).encode(), EVENTS, "parking")


@pytest.mark.parametrize("text", ["a.b", "x" * 65])
def test_ids_that_a_webhook_could_not_carry_are_not_encoded(text: str) -> None:
    with pytest.raises(InvalidDocument):
        encode(car_parked(event_id=text), source=SOURCE)


def test_a_relative_source_is_not_encoded() -> None:
    with pytest.raises(InvalidDocument) as raised:
        encode(car_parked(), source="/parking")

    assert raised.value.code == "bad-source"


def test_a_type_that_we_do_not_know_is_passed_on_with_its_place() -> None:
    members = document(type="no.digitrofi.CarLeft.v1")

    assert read(members) == UnknownType(
        type="no.digitrofi.CarLeft.v1",
        event_id=members["id"],
        service="parking",
        key="7",
        subject="house/7",
        stream="house-7/2026",
        version=3,
        sequence=42,
        recorded_at="2026-01-02T08:00:00.123456Z",
    )


def test_a_foreign_prefix_makes_the_type_unknown() -> None:
    assert isinstance(read(document(type="org.example.CarParked.v1")), UnknownType)


def test_unknown_fields_and_extensions_are_ignored() -> None:
    members = document(extra="new")
    members["data"]["current"]["colour"] = "red"

    assert read(members) == car_parked()


def test_order_and_spaces_of_the_members_do_not_matter() -> None:
    members = document()
    turned = json.dumps(dict(reversed(members.items())), indent=2).encode()

    assert decode(turned, EVENTS, "parking") == car_parked()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "bad-data"),
        ("text", "bad-data"),
        ([], "bad-data"),
        (..., "bad-data"),
        ({}, "bad-data"),
        ({"current": {"car": "A"}, "previous": {}, "version": 3}, "bad-data"),
        ({"current": {"car": 1, "parked_on": "2026-01-01"}, "previous": {}, "version": 3}, "bad-data"),
        ({"current": {"car": "A", "parked_on": "2026-02-30"}, "previous": {}, "version": 3}, "bad-data"),
        (
            {"current": {"car": "A", "parked_on": "2026-01-01", "places": "1"}, "previous": {}, "version": 3},
            "bad-data",
        ),
        ({"current": {"car": "A", "parked_on": "2026-01-01"}, "previous": [], "version": 3}, "bad-data"),
        (
            {"current": {"car": "A", "parked_on": "2026-01-01"}, "previous": {}, "version": 4},
            "version-mismatch",
        ),
    ],
)
def test_data_that_does_not_fit_its_type_is_refused(data: Any, code: str) -> None:
    with pytest.raises(InvalidDocument) as raised:
        read(document(data=data))

    assert raised.value.code == code


def test_our_own_bytes_with_spoilt_data_are_refused() -> None:
    written = encode(car_parked(), source=SOURCE, data='{"current":{"car":1},"previous":{},"version":3}')

    with pytest.raises(InvalidDocument) as raised:
        decode(written, EVENTS, "parking")

    assert raised.value.code == "bad-data"


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("id", "with.dot"), ("subject", ...), ("sequence", "42"), ("sequence", 42), ("partitionkey", ...),
        ("stream", ...), ("streamversion", 0), ("streamversion", "3"), ("streamversion", True),
        ("correlationid", ...), ("actor", "Tromsø"), ("recordedtime", ...), ("recordedtime", "yesterday"),
        ("recordedtime", "2026-01-02T08:00:00Z"), ("example", "true"), ("causationid", 5), ("source", "/parking"),
        ("time", ...), ("datacontenttype", "text/plain"), ("recordedtime", "2026-13-02T08:00:00.123456Z"),
        ("sequence", "9" * 20), ("stream", "s" * 501), ("partitionkey", "7" * 501), ("streamversion", 10**9),
    ],
)  # fmt: skip
def test_valid_documents_that_are_not_ours_are_refused(attribute: str, value: Any) -> None:
    with pytest.raises(InvalidDocument):
        read(document(**{attribute: value}))


def test_an_old_shape_is_read_as_the_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        upcasting.UPCASTERS, ("CarStood", 1), lambda old: {"car": old["plate"], "parked_on": old["on"]}
    )

    class CarStoodV2(CarParked, frozen=True, kw_only=True):
        """The later shape."""

    events = {"CarStood.v2": CarStoodV2}
    data = {"current": {"plate": "A", "on": "2026-01-01"}, "previous": {}, "version": 3}
    old = json.dumps(document(type="no.digitrofi.CarStood.v1", data=data)).encode()
    read_now = decode(old, events, "parking")

    assert isinstance(read_now, Recorded)
    assert read_now.type == "CarStood.v2"
    assert read_now.event == CarStoodV2(car="A", parked_on=date(2026, 1, 1))


def test_without_an_upcaster_the_old_shape_is_an_unknown_type() -> None:
    old = document(type="no.digitrofi.CarStood.v1", data={"current": {}, "previous": {}, "version": 3})

    assert isinstance(read(old), UnknownType)
