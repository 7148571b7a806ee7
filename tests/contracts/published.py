"""Every published event with its schema and examples, as they stand on the log."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from services.fees import contract as fees
from services.fees.fees.domain import fees as fee_streams
from services.fees.grants.domain import grants
from services.fees.schedules.domain import schedules
from services.groups import contract as groups
from services.groups.choices.domain import choices
from services.groups.groups.domain import groups as group_streams
from services.groups.seats.domain import seats
from services.membership import contract as membership
from services.membership.agreements.domain import agreements
from services.membership.contacts.domain import contacts
from services.membership.memberships.domain import memberships
from services.membership.municipalities.domain import municipalities
from services.membership.population.domain import population
from services.notifications import contract as notifications
from services.notifications.languages.domain import languages
from services.notifications.notices.domain import notices
from shared import clock, cloudevents
from shared.decider import Decider
from shared.ids import derived_id
from shared.messages import Event, Recorded
from tests.contracts.variants import full, sparse
from tests.support.examples import fees as fees_examples
from tests.support.examples import groups as groups_examples
from tests.support.examples import membership as membership_examples
from tests.support.examples import notifications as notifications_examples

ROOT = Path(__file__).parents[2]
"""What is frozen: schemas and examples beside each service's contract, the corpus beside these tests."""

CONTRACTS: tuple[ModuleType, ...] = (membership, fees, groups, notifications)
EVENTS: tuple[type[Event], ...] = tuple(event for contract in CONTRACTS for event in contract.EVENTS)

EXAMPLES: Mapping[type[Event], Event] = {
    type(event): event
    for event in (
        *membership_examples.examples(),
        *fees_examples.examples(),
        *groups_examples.EXAMPLES,
        *notifications_examples.EXAMPLES,
    )
}

_Place = tuple[Decider[Any, Any, Any], Callable[[Any], tuple[str, ...]]]
"""Whose stream an event stands in, and the ids that make up the stream's name."""


def _municipality(event: Any) -> tuple[str, ...]:
    return (event.municipality_id,)


_USUAL: Mapping[str, _Place] = {
    "membership": (memberships, lambda event: (event.municipality_id, str(event.agreement_version))),
    "fees": (fee_streams, lambda event: (event.municipality_id, str(event.year))),
    "groups": (seats, lambda event: (event.municipality_id, event.group_id)),
    "notifications": (notices, lambda event: (event.municipality_id, event.notice_id)),
}
"""Where most events of a service stand."""

_ELSEWHERE: tuple[tuple[_Place, tuple[type[Event], ...]], ...] = (
    (
        (municipalities, _municipality),
        (
            membership.MunicipalityRegistered,
            membership.MunicipalityRenumbered,
            membership.MunicipalityRenamed,
            membership.MunicipalityMerged,
            membership.MunicipalitySplit,
            membership.MunicipalityBoundaryAdjusted,
            membership.MunicipalityCorrected,
        ),
    ),
    ((population, _municipality), (membership.PopulationUpdated,)),
    (
        (agreements, lambda event: (str(event.agreement_version),)),
        (membership.AgreementVersionPublished, membership.AgreementVersionExtended),
    ),
    (
        (contacts, _municipality),
        (membership.ContactAppointed, membership.ContactRemoved, membership.ContactErased),
    ),
    ((schedules, lambda event: (event.schedule_id,)), (fees.FeeScheduleAdopted,)),
    ((grants, lambda event: (event.grant_id,)), (fees.GrantAwarded, fees.GrantRevoked)),
    (
        (group_streams, lambda event: (event.group_id,)),
        (groups.GroupEstablished, groups.MandateAdopted, groups.GroupArchived, groups.GroupCorrected),
    ),
    ((choices, _municipality), (groups.GroupsChosen,)),
    ((languages, _municipality), (notifications.NoticeLanguageChosen,)),
)
_PLACES: Mapping[type[Event], _Place] = {event: place for place, events in _ELSEWHERE for event in events}


@dataclass(frozen=True, kw_only=True)
class Published:
    """One event of one contract: what is frozen of it."""

    service: str
    event: type[Event]
    schema: str
    example: bytes
    further: tuple[bytes, ...]

    @property
    def schema_file(self) -> str:
        """Where the schema of `data.current` stands, below the root."""
        return f"services/{self.service}/published/{self.event.type_name()}.schema.json"

    @property
    def example_file(self) -> str:
        """Where the example document stands, below the root."""
        return f"services/{self.service}/published/{self.event.type_name()}.example.json"

    @property
    def corpus_file(self) -> str:
        """Where every document that was ever an example of its service is kept, below the root."""
        return f"tests/contracts/corpus/{self.service}.jsonl"


def schema_text(event: type[Event]) -> str:
    """The JSON schema of `data.current`: the same text for the same class, on every Python."""
    drawn = msgspec.json.schema(event)
    definitions = {name: _tidy(drawn["$defs"][name]) for name in sorted(drawn["$defs"])}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": drawn["$ref"],
        "$defs": definitions,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _tidy(definition: dict[str, Any]) -> dict[str, Any]:
    # Python 3.13 takes the indentation out of docstrings, older ones leave it.
    described = inspect.cleandoc(definition.get("description", ""))
    return definition | ({"description": described} if described else {})


def recorded(event: Event, shape: str = "example", **envelope: Any) -> Recorded[Any]:
    """`event` in its envelope, in the stream that its room writes it to."""
    service = service_of(type(event))
    decider, ids_of = _PLACES.get(type(event), _USUAL[service])
    stream = decider.stream(*ids_of(event))
    happened = getattr(event, event.happened) if event.happened else None
    recorded_at = "2026-11-02T10:00:00.000000Z"
    replaced = {
        name.removeprefix("old_"): msgspec.to_builtins(getattr(event, name))
        for name in event.__struct_fields__
        if name.startswith("old_")
    }
    given: dict[str, Any] = {
        "event": event,
        "event_id": derived_id("contract", event.type_name(), shape),
        "service": service,
        "stream": stream,
        "version": 1,
        "key": decider.key(stream),
        "subject": decider.subject(stream),
        "type": event.type_name(),
        "time": clock.moment(clock.start_of(happened)) if happened else recorded_at,
        "recorded_at": recorded_at,
        "actor": "office",
        "correlation_id": derived_id("contract", "request"),
        "sequence": 1,
        "previous": replaced,
    }
    return Recorded(**(given | envelope))


def service_of(event: type[Event]) -> str:
    """The service whose contract names `event`."""
    name: str = next(contract.SERVICE for contract in CONTRACTS if event in contract.EVENTS)
    return name


def document(told: Recorded[Any]) -> bytes:
    """The document of an event as a publisher sends it."""
    return cloudevents.encode(told, source=f"https://samvirke.example/{told.service}")


def published(event: type[Event]) -> Published:
    """What the code of today makes of `event`."""
    example = EXAMPLES[event]
    shapes = {"sparse": sparse(example)} | {
        f"full-{number}": variant for number, variant in enumerate(full(event), start=1)
    }
    return Published(
        service=service_of(event),
        event=event,
        schema=schema_text(event),
        example=document(recorded(example)),
        further=tuple(
            document(recorded(variant, shape, example=shape == "sparse", causation_id=_cause(shape)))
            for shape, variant in shapes.items()
        ),
    )


def _cause(shape: str) -> str | None:
    return None if shape == "sparse" else derived_id("contract", "cause")


def everything() -> list[Published]:
    """All published events, service by service."""
    return [published(event) for event in EVENTS]
