"""What holds for every fee, whatever is asked in whatever order."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.fees.consumer import CONSUMERS
from services.fees.contract import EVENTS, Arithmetic, FeeEstimated
from services.fees.fees.comparison import differences, same
from services.fees.fees.domain import AssessFee, DetermineFee, FeeCommand, SettleDeviation, WaiveFee, fees
from services.fees.fees.projection import FEES
from services.fees.fees.queries import fee_of
from services.fees.fees.state import Fee
from shared.errors import Refused
from shared.messages import Event, Recorded
from shared.readmodels import Row
from tests.support.examples.fees import LOPPA, arithmetic, cover, examples, fee_estimated, figure, rates, term

reckonings = st.sampled_from(
    [
        arithmetic(),
        arithmetic(population=figure(850)),
        arithmetic(population=figure(840, date(2025, 1, 1))),
        arithmetic(covers=(cover(),)),
        arithmetic(rates=rates(proration="daily"), terms=(term(date(2026, 6, 1)),)),
        arithmetic(terms=()),
        arithmetic(
            rates=rates(proration="daily", host_pays=False),
            terms=(term(valid_to=date(2026, 6, 1), host=True), term(date(2026, 6, 1))),
        ),
    ]
)
commands: st.SearchStrategy[FeeCommand] = st.one_of(
    st.builds(
        AssessFee,
        municipality_id=st.just(LOPPA),
        year=st.just(2026),
        stage=st.sampled_from(["quote", "estimate", "proposal"]),
        arithmetic=reckonings,
    ),
    st.builds(DetermineFee, municipality_id=st.just(LOPPA), year=st.just(2026), arithmetic=reckonings),
    st.builds(
        SettleDeviation,
        municipality_id=st.just(LOPPA),
        year=st.just(2026),
        deviation=st.integers(1, 3),
        outcome=st.sampled_from(["corrected", "left"]),
        reason=st.just("Vedtak"),
    ),
    st.builds(
        WaiveFee,
        municipality_id=st.just(LOPPA),
        year=st.just(2026),
        waived_ore=st.none() | st.integers(1, 20_000_000),
        reason=st.just("Vedtak"),
    ),
)


def played(asked: list[FeeCommand]) -> tuple[Fee, Row | None, list[Event]]:
    """The state, the row and the events after asking for all of it."""
    fee, row, events = Fee(), None, []
    for command in asked:
        try:
            decided = fees.decide(fee, command)
        except Refused:
            continue
        for event in decided:
            fee = fees.evolve(fee, event)
            row = FEES.on[type(event)](row, recorded(event))
            events.append(event)
    return fee, row, list(events)


def recorded(event: Event) -> Recorded[Event]:
    stream = fees.stream(LOPPA, "2026")
    return Recorded(
        event=event,
        event_id="event",
        service="fees",
        stream=stream,
        version=1,
        key=fees.key(stream),
        subject=fees.subject(stream),
        type=event.type_name(),
        time="2026-03-01T00:00:00.000000Z",
        recorded_at="2026-03-01T00:00:00.000000Z",
        actor="office",
        correlation_id="test",
    )


@given(st.lists(commands, max_size=12))
def test_the_row_tells_the_same_as_the_events(asked: list[FeeCommand]) -> None:
    fee, row, _ = played(asked)

    assert {**vars(fee_of(row)), "to_pay_ore": None} == {**vars(fee), "to_pay_ore": None}


@given(st.lists(commands, max_size=12))
def test_asking_the_same_again_says_nothing_new(asked: list[FeeCommand]) -> None:
    fee, _, _ = played(asked)
    assessment = next((command for command in reversed(asked) if isinstance(command, AssessFee)), None)

    if assessment is not None and asked[-1] == assessment:
        assert fees.decide(fee, assessment) == []


@given(st.lists(commands, max_size=12))
def test_no_more_is_waived_than_was_determined_at_the_time(asked: list[FeeCommand]) -> None:
    fee, _, events = played(asked)
    amounts = [getattr(event, "to_pay_ore", 0) for event in events]

    assert 0 <= fee.waived_so_far_ore <= max(amounts, default=0)


@given(reckonings, reckonings)
def test_two_reckonings_are_the_same_exactly_when_nothing_differs(one: Arithmetic, other: Arithmetic) -> None:
    assert same(one, other) is (not differences(one, other))
    assert set(differences(one, other)) == set(differences(other, one))
    if same(one, other):
        assert one.to_pay_ore == other.to_pay_ore


def test_rows_tell_of_times_as_host_only_where_there_are_any_as_those_from_before_do() -> None:
    hosts = arithmetic(rates=rates(host_pays=False), terms=(term(valid_to=date(2026, 6, 1), host=True),))
    spans = [
        FEES.on[FeeEstimated](None, recorded(fee_estimated(arithmetic=one)))["estimate"]["membership"]
        for one in (arithmetic(), hosts)
    ]

    assert [["host_exempt" in span for span in each] for each in spans] == [[False], [True]]


def test_every_event_of_a_topic_is_handled_or_ignored_on_purpose() -> None:
    for consumer in CONSUMERS:
        assert consumer.handled() | set(consumer.ignores) == set(consumer.events)
        assert not consumer.handled() & set(consumer.ignores)


def test_there_is_an_example_of_every_event() -> None:
    assert tuple(type(example) for example in examples()) == EVENTS
