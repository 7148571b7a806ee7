from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.membership.memberships.domain import memberships
from services.membership.memberships.domain.commands import Command
from services.membership.memberships.domain.state import Membership
from shared.errors import Refused
from shared.messages import Event
from tests.support import membership_commands as ask
from tests.support.chance import EXAMPLES, tried
from tests.support.examples.membership import HARSTAD, LYNGEN

FIRST = date(2022, 12, 1)
days = st.integers(0, 400).map(lambda number: FIRST + timedelta(days=number))
facts = replace(ask.FACTS, valid_from=date(2023, 1, 1), valid_to=date(2024, 1, 1))
outcomes = st.sampled_from(["approved", "approved", "approved_with_conditions", "deferred", "rejected"])


@st.composite
def commands(draw: st.DrawFn) -> tuple[int, Any, dict[str, Any]]:
    """How many days go by, what is asked (None: the next step), and with which date (None: today's)."""
    maker = draw(st.one_of(st.none(), st.sampled_from(_ANYTHING)))
    wild = draw(st.one_of(st.none(), st.none(), days))
    return draw(st.integers(0, 40)), maker, {"wild": wild, "outcome": draw(outcomes)}


_ANYTHING = (
    ask.invite,
    ask.treat,
    ask.resolve,
    ask.settle,
    ask.correct_resolution,
    ask.sign,
    ask.receive,
    ask.set_joining_date,
    ask.begin,
    ask.correct_joining_date,
    ask.cancel_joining_date,
    ask.give_notice,
    ask.cancel,
    ask.end,
    ask.end_because,
    ask.correct_leaving_date,
    ask.note_near,
    ask.note_passed,
)


def _next(state: Membership) -> Any:
    """The step that leads on, so that random sequences come far."""
    if state.resolution is None:
        return ask.invite if state.round == 0 else ask.resolve
    if state.member_from is not None:
        return ask.begin if not state.joined else ask.give_notice if state.notice is None else ask.end
    if state.conditions_open:
        return ask.settle
    return ask.sign if state.signed is None else ask.receive if state.papers is None else ask.set_joining_date


def _asked(maker: Any, today: date, chosen: dict[str, Any], municipality: str) -> Command:
    day = chosen["wild"] or today
    command: Command = maker(municipality_id=municipality, facts=facts, today=today)
    dated = {
        "invited_on": {"invited_on": day, "reply_by": day + timedelta(days=30)},
        "treated_on": {"treated_on": day},
        "resolved_on": {"resolved_on": day},
        "settled_on": {"settled_on": day},
        "signed_on": {"signed_on": day},
        "member_from": {"member_from": day},
        "cancelled_on": {"cancelled_on": day},
        "left_on": {"left_on": day},
        "ends_on": {"ends_on": day},
        "received_on": {"received_on": today},
    }
    changes: dict[str, Any] = {}
    for field, values in dated.items():
        if hasattr(command, field):
            changes |= values
    if maker is ask.give_notice:
        changes["reason"] = "Avtalt"
    if maker is ask.resolve:
        changes["outcome"] = chosen["outcome"]
        conditional = chosen["outcome"] == "approved_with_conditions"
        changes["conditions"] = ("Utgiften dekkes",) if conditional else ()
    return replace(command, **changes)


def _legal(membership: Membership, municipality: str) -> None:
    host = municipality == HARSTAD
    if membership.signed is not None:
        assert not host
        assert membership.approved
    if membership.papers is not None:
        assert membership.signed is not None
    if membership.member_from is not None:
        assert membership.resolution is not None
        assert membership.approved
        assert not membership.conditions_open
        assert host or membership.papers is not None
        assert membership.resolution.resolved_on <= membership.member_from
        assert facts.valid_from <= membership.member_from < date(2024, 1, 1)
        assert membership.ended_on is None or membership.ended_on <= membership.member_from
    assert not membership.joined or membership.member_from is not None
    assert not membership.left or membership.joined
    if membership.ends_on is not None:
        assert membership.member_from is not None
        assert membership.member_from <= membership.ends_on


@pytest.mark.sampled
@settings(tried, max_examples=8 * EXAMPLES)
@given(st.lists(commands(), min_size=8, max_size=60), st.sampled_from([LYNGEN, HARSTAD]))
def test_no_sequence_of_commands_reaches_an_illegal_state_and_folding_never_fails(
    asked: list[tuple[int, Any, dict[str, Any]]], municipality: str
) -> None:
    today = FIRST
    history: list[Event] = []
    state = memberships.initial
    for days_later, maker, chosen in asked:
        today += timedelta(days=days_later)
        try:
            decided = memberships.decide(state, _asked(maker or _next(state), today, chosen, municipality))
        except Refused:
            continue
        for event in decided:
            memberships.previous(state, event)
            state = memberships.evolve(state, event)
        history.extend(decided)
        _legal(state, municipality)

    assert memberships.fold(history) == state  # type: ignore[arg-type]


def test_a_straight_way_through_all_steps_is_among_the_sequences() -> None:
    state = memberships.initial
    steps: list[Command] = [
        ask.invite(),
        ask.treat(),
        ask.resolve(),
        ask.sign(),
        ask.receive(),
        ask.set_joining_date(),
        ask.give_notice(),
        ask.end(today=date(2027, 1, 1)),
    ]
    for step in steps:
        for event in memberships.decide(state, step):
            state = memberships.evolve(state, event)

    assert state.left
    _legal(replace(state, ends_on=None), LYNGEN)
