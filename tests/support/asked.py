"""Everything that may be asked of a service's deciders, drawn from the types of its commands."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from hypothesis import strategies as st

from services.fees.contract import SERVICE as FEES
from services.fees.fees.domain import fees
from services.fees.grants.domain import grants
from services.fees.schedules.domain import schedules
from services.groups.choices.domain import choices
from services.groups.contract import SERVICE as GROUPS
from services.groups.groups.domain import groups
from services.groups.seats.domain import seats
from services.membership.agreements.domain import agreements
from services.membership.contacts.domain import contacts
from services.membership.contract import SERVICE as MEMBERSHIP
from services.membership.memberships.domain import memberships
from services.membership.municipalities.domain import municipalities
from services.membership.population.domain import population
from services.notifications.contract import SERVICE as NOTIFICATIONS
from services.notifications.languages.domain import languages
from services.notifications.notices.domain import notices
from shared.decider import Decider

Anything = Decider[Any, Any, Any]

DECIDERS: Mapping[str, tuple[str, Anything]] = {
    decider.category: (service, decider)
    for service, deciders in {
        MEMBERSHIP: (agreements, contacts, memberships, municipalities, population),
        FEES: (fees, grants, schedules),
        GROUPS: (choices, groups, seats),
        NOTIFICATIONS: (languages, notices),
    }.items()
    for decider in deciders
}
"""Every decider of the suite with its service, by category."""

_DRAWN: Mapping[type, st.SearchStrategy[Any]] = {
    date: st.sampled_from([date(2023, 1, 1), date(2024, 1, 1), date(2024, 2, 29), date(2025, 7, 1)]),
    str: st.sampled_from(["", " ", "a", "b", "2024-01-01", "5501"]),
    int: st.sampled_from([-1, 0, 1, 2, 3, 2024, 2025]),
    bool: st.booleans(),
    object: st.sampled_from([None, "a", 1]),
}
"""Few values, so that commands meet each other; empty and odd ones among them."""


_NAMED: Mapping[str, st.SearchStrategy[Any]] = {
    "year": st.sampled_from([2024, 2025]),
    "new_value": st.sampled_from(["2023-01-01", "2024-02-29"]),
    "seats": st.integers(0, 3),
}
"""What the API has looked at before a rule sees it: a year that exists, a day where a day is corrected, few seats."""


def commands(decider: Anything) -> st.SearchStrategy[Any]:
    """Any command that the type of `decide` lets through, sensible or not."""
    hints = typing.get_type_hints(decider.decide)
    return st.one_of([_of(hint) for hint in _members(list(hints.values())[1])])


def _members(hint: Any) -> list[Any]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [member for part in typing.get_args(hint) for member in _members(part)]
    return [hint]


def _of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911  # one answer per kind of type
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _DRAWN:
        return _DRAWN[hint]
    if isinstance(hint, typing.NewType):
        return _of(hint.__supertype__)
    if hint is None or hint is types.NoneType:
        return st.none()
    if origin is typing.Annotated:
        return _of(arguments[0])
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([_of(part) for part in arguments])
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(_of(arguments[0]), max_size=3)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(_of(arguments[0]), _of(arguments[1]), max_size=2)
    if dataclasses.is_dataclass(hint) or issubclass(hint, msgspec.Struct):
        drawn = {
            name: _NAMED[name] if name in _NAMED else st.deferred(lambda part=part: _of(part))
            for name, part in _fields(hint).items()
        }
        return st.builds(hint, **drawn)
    raise TypeError(f"How is {hint} drawn?")


def _fields(hint: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(hint)
    if dataclasses.is_dataclass(hint):
        return {field.name: hints[field.name] for field in dataclasses.fields(hint)}
    return {name: hints[name] for name in hint.__struct_fields__}
