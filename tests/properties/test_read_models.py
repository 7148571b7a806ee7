"""Read models are the same however their events come: one by one or in batches, and however the streams are mixed."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import MetaData, create_engine

from deploy.samvirke import suite
from services.membership.contract import SERVICE as MEMBERSHIP
from services.membership.contract import MunicipalityId, MunicipalityRegistered, Names
from services.membership.municipalities.domain import municipalities
from shared.decider import Decider
from shared.errors import RequestError
from shared.messages import Recorded
from shared.readmodels import Projection
from shared.rows import RowBuffer
from shared.settings import Settings
from tests.support.asked import DECIDERS, commands
from tests.support.chance import tried_sparingly

KEYS = ("a", "b")
Rows = dict[str, list[tuple[Any, ...]]]


def fed_by(service: str) -> list[Projection]:
    """Every read model that events of `service` feed, its own and those of others."""
    own = suite.SERVICES[service].open_store(Settings())
    others = [consumer for one in suite.SERVICES.values() for consumer in one.consumers]
    listening = [p for consumer in others if consumer.service == service for p in consumer.projections]
    own.database.close()
    return [*own.projections, *listening]


FED = {service: fed_by(service) for service in suite.SERVICES}


@st.composite
def histories(draw: st.DrawFn, category: str) -> list[Recorded[Any]]:
    """What rules of one category have said of two keys; events of one key follow each other."""
    service, decider = DECIDERS[category]
    found: list[Recorded[Any]] = []
    for key in KEYS:
        if decider.about == municipalities.category != category:
            found.append(_registered(key, len(found) + 1))
        state, stream = decider.initial, decider.stream(key)
        asked = draw(st.lists(commands(decider), min_size=2, max_size=8))
        for command in asked:
            try:
                decided = decider.decide(state, _about(key, command, decider))
            except RequestError:
                continue
            for event in decided:
                previous = decider.previous(state, event)
                found.append(_recorded(service, decider, stream, len(found) + 1, event, previous))
                state = decider.evolve(state, event)
    return found


@pytest.mark.parametrize("category", sorted(DECIDERS))
@tried_sparingly
@given(data=st.data())
def test_batches_and_mixed_streams_lead_to_the_same_rows(category: str, data: st.DataObject) -> None:
    service, _ = DECIDERS[category]
    history = data.draw(histories(category))
    happened = {type(recorded.event) for recorded in history}
    fed = [projection for projection in FED[service] if not happened.isdisjoint(projection.on)]
    _one_key_per_row(fed, history)
    mixed = data.draw(_mixed(history))
    cuts = data.draw(st.lists(st.integers(0, len(mixed)), max_size=4).map(sorted))

    one_by_one = rows_after(fed, [[event] for event in history])
    in_batches = rows_after(fed, _cut(mixed, cuts))

    assert in_batches == one_by_one


def rows_after(projections: Sequence[Projection], batches: Sequence[Sequence[Recorded[Any]]]) -> Rows:
    """Feed each batch as a transaction would, and read what is there then."""
    engine, metadata = create_engine("sqlite://"), MetaData()
    # Two services may have a table of the same name.
    tables = [
        projection.table.to_metadata(metadata, name=f"{number}_{projection.name}")
        for number, projection in enumerate(projections)
    ]
    metadata.create_all(engine)
    with engine.begin() as connection, closing(connection.connection.cursor()) as cursor:
        for batch in batches:
            for projection, table in zip(projections, tables, strict=True):
                buffer = RowBuffer(projection, table.name, cursor, engine.dialect)
                buffer.feed(batch)
                buffer.flush()
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in tables
        }
    engine.dispose()
    return found


def _registered(key: str, number: int) -> Recorded[Any]:
    """What comes before everything else that is told of a municipality."""
    event = MunicipalityRegistered(
        municipality_id=MunicipalityId(key),
        organisation_number=None,
        number=None,
        names=Names(nb=key),
        county_number=None,
        valid_from=date(2023, 1, 1),
        invented=True,
    )
    return _recorded(MEMBERSHIP, municipalities, municipalities.stream(key), number, event, {})


def _about(key: str, command: Any, decider: Decider[Any, Any, Any]) -> Any:
    """The same command about the noun that the stream is about."""
    field = f"{decider.about or decider.category}_id"
    return dataclasses.replace(command, **{field: key}) if hasattr(command, field) else command


def _recorded(
    service: str,
    decider: Decider[Any, Any, Any],
    stream: str,
    number: int,
    event: Any,
    previous: dict[str, Any],
) -> Recorded[Any]:
    moment = f"2026-01-01T00:00:00.{number:06}Z"
    return Recorded(
        event=event,
        event_id=f"e{number}",
        service=service,
        stream=stream,
        version=number,
        key=decider.key(stream),
        subject=decider.subject(stream),
        type=event.type_name(),
        time=moment,
        recorded_at=moment,
        actor="office",
        correlation_id="c",
        sequence=number,
        previous=previous,
    )


def _one_key_per_row(projections: Sequence[Projection], history: Sequence[Recorded[Any]]) -> None:
    """Commands drawn at random may speak of another noun's rows; of events that happen, a row has one key."""
    keys: dict[Any, set[str]] = defaultdict(set)
    for event in history:
        for projection in projections:
            if type(event.event) in projection.on:
                for row in projection.touched(event):
                    keys[id(projection), row].add(event.key)
    assume(all(len(found) == 1 for found in keys.values()))


def _mixed(history: Sequence[Recorded[Any]]) -> st.SearchStrategy[list[Recorded[Any]]]:
    """Any order in which each key's events keep theirs."""

    def mix(turns: Sequence[str]) -> list[Recorded[Any]]:
        left = {key: iter([one for one in history if one.key == key]) for key in set(turns)}
        return [next(left[key]) for key in turns]

    return st.permutations([one.key for one in history]).map(mix)


def _cut(history: Sequence[Recorded[Any]], cuts: Sequence[int]) -> list[Sequence[Recorded[Any]]]:
    edges = [0, *cuts, len(history)]
    return [history[start:end] for start, end in pairwise(edges)]
