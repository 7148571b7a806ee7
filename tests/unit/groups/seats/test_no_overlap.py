"""Whatever is asked in whatever order, no two people ever have one seat on one day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.groups.contract import ChoiceId, ContactId
from services.groups.seats.alignment import AlignSeats, SignUp, Span
from services.groups.seats.contact_corrections import CorrectContact
from services.groups.seats.day_corrections import ContactGone, CorrectTerm
from services.groups.seats.domain import GiveUpSeat, SeatCommand, seats
from services.groups.seats.state import MunicipalitySeats, Seat, Term, overlap
from services.groups.seats.terms import AppointToSeat, EndTermsOfContact, VacateSeat
from shared.errors import RequestError
from tests.support.examples.groups import LEADERS, LOPPA

days = st.integers(0, 40).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
ends = st.none() | days
contacts = st.sampled_from([ContactId("one"), ContactId("two"), ContactId("three")])
where = {"municipality_id": st.just(LOPPA), "group_id": st.just(LEADERS)}
seat = {"seat": st.integers(1, 4)}
roles = st.just("director")


def _spans(bounds: list[date]) -> tuple[Span, ...]:
    ordered = sorted(set(bounds))
    closed = [Span(start, end) for start, end in list(pairwise(ordered))[::2]]
    return (*closed, Span(ordered[-1], None)) if len(ordered) % 2 else tuple(closed)


sign_ups = st.builds(
    SignUp,
    choice_id=st.sampled_from([ChoiceId("first"), ChoiceId("second")]),
    contact_id=contacts,
    role=roles,
    chosen_on=days,
    effective_from=ends,
)
spans = st.lists(days, max_size=5).map(_spans)
alignments = st.builds(
    AlignSeats,
    spans=spans,
    seats=st.just(2),
    sign_ups=st.lists(sign_ups, max_size=2, unique_by=lambda s: s.choice_id).map(tuple),
    reason=st.just("test"),
    **where,
)
appointments = st.builds(
    AppointToSeat,
    contact_id=contacts,
    contact_standing=st.just("known"),
    role_ends=st.none(),
    role=roles,
    deputy=st.booleans(),
    valid_from=days,
    valid_to=ends,
    **where,
    **seat,
)
corrections = st.builds(
    CorrectTerm,
    term=st.integers(1, 3),
    valid_from=days,
    valid_to=ends,
    reason=st.just("test"),
    contact_gone=st.none(),
    **where,
    **seat,
)
on_terms: st.SearchStrategy[SeatCommand] = st.one_of(
    appointments,
    corrections,
    st.builds(
        VacateSeat,
        deputy=st.booleans(),
        vacated_on=days,
        term=st.none() | st.integers(1, 3),
        **where,
        **seat,
    ),
    st.builds(
        CorrectContact,
        term=st.integers(1, 3),
        contact_id=contacts,
        contact_standing=st.just("known"),
        role_ends=st.none(),
        role=roles,
        reason=st.just("test"),
        **where,
        **seat,
    ),
    st.builds(
        EndTermsOfContact, contact_id=contacts, ends_on=days, because=st.just("contact_removed"), **where
    ),
)
giving_up = st.builds(GiveUpSeat, closed_on=days, **where, **seat)
commands: st.SearchStrategy[SeatCommand] = st.one_of(alignments, on_terms, giving_up)


def _play(asked: list[SeatCommand], state: MunicipalitySeats = seats.initial) -> MunicipalitySeats:
    for command in asked:
        try:
            decided = seats.decide(state, command)
        except RequestError:
            continue  # a refusal changes nothing, and the next may be granted
        for event in decided:
            seats.previous(state, event)
            state = seats.evolve(state, event)
    return state


@given(st.lists(commands, max_size=25))
def test_terms_of_one_seat_never_overlap_and_never_leave_it(asked: list[SeatCommand]) -> None:
    state = _play(asked)

    for one_seat in state.seats:
        sitting = [term for term in one_seat.terms if term.began]
        for term in sitting:
            assert term.valid_from >= one_seat.opened_from
            assert one_seat.closed_on is None or (term.valid_to and term.valid_to <= one_seat.closed_on)
        for one, other in combinations(sitting, 2):
            if one.deputy == other.deputy:
                assert not overlap(one.valid_from, one.valid_to, other.valid_from, other.valid_to)


@given(st.lists(commands, max_size=25))
def test_aligning_again_changes_nothing(asked: list[SeatCommand]) -> None:
    last = next((command for command in reversed(asked) if isinstance(command, AlignSeats)), None)
    if last is None:
        return
    state = _play([*asked, last])

    assert seats.decide(state, last) == []


@given(st.lists(days, min_size=2, max_size=6, unique=True), st.booleans())
def test_on_the_day_on_which_a_seat_was_vacated_nobody_sits_there(bounds: list[date], deputy: bool) -> None:
    opened = _fixed((Span(date(2026, 1, 1), None),))
    one_after_the_other = [
        AppointToSeat(
            municipality_id=LOPPA,
            group_id=LEADERS,
            seat=1,
            contact_id=ContactId("one"),
            contact_standing="known",
            role_ends=None,
            role="director",
            deputy=deputy,
            valid_from=start,
            valid_to=end,
        )
        for start, end in pairwise(sorted(bounds))
    ]
    state = _play([opened, *one_after_the_other])
    for day in bounds:
        ending = VacateSeat(municipality_id=LOPPA, group_id=LEADERS, seat=1, deputy=deputy, vacated_on=day)
        for term in _play([ending], state).seats[0].terms:
            assert not overlap(term.valid_from, term.valid_to, day, day + timedelta(days=1))


@given(spans, st.lists(on_terms, max_size=10), st.lists(days, min_size=2, max_size=2).map(_spans))
def test_wrong_dates_that_are_put_right_lose_nobody(
    right: tuple[Span, ...], asked: list[SeatCommand], wrong: tuple[Span, ...]
) -> None:
    before = _play([_fixed(right), *asked])
    after = _play([_fixed(wrong), _fixed(right)], before)

    assert _sitting(after) == _sitting(before)


def _fixed(there: tuple[Span, ...]) -> AlignSeats:
    return AlignSeats(
        municipality_id=LOPPA, group_id=LEADERS, spans=there, seats=2, sign_ups=(), reason="test"
    )


def _sitting(state: MunicipalitySeats) -> list[tuple[Seat, list[Term]]]:
    return [
        (replace(one_seat, terms=(), mistaken=None), [term for term in one_seat.terms if term.began])
        for one_seat in state.seats
        if one_seat.existed
    ]


@given(appointments, days, st.booleans(), st.lists(corrections | alignments, max_size=5))
def test_who_is_gone_never_sits_from_then_on_by_corrections_and_moved_dates(
    appointed: AppointToSeat, day: date, erased: bool, later: list[CorrectTerm | AlignSeats]
) -> None:
    appointed = replace(appointed, seat=1)
    going = EndTermsOfContact(
        municipality_id=LOPPA,
        group_id=LEADERS,
        contact_id=appointed.contact_id,
        ends_on=day,
        because="contact_removed",
    )
    state = _play([_fixed((Span(date(2026, 1, 1), None),)), appointed, going])
    gone = ContactGone(day, erased=erased)
    for command in later:
        if isinstance(command, CorrectTerm):
            state = _play([replace(command, seat=1, term=1, contact_gone=gone)], state)
        else:
            state = _play([replace(command, sign_ups=())], state)

    for term in state.seats[0].terms:
        assert not term.began or (term.valid_to and term.valid_to <= day)


@given(st.lists(commands, max_size=15), alignments)
def test_the_right_one_has_the_days_of_the_wrong_one_wherever_dates_move(
    asked: list[SeatCommand], moved: AlignSeats
) -> None:
    before = _play(asked)
    for one_seat in before.seats:
        for term in one_seat.terms:
            corrected = _play([_somebody_else(one_seat.number, term.number)], before)
            if corrected == before:
                continue  # a term that never began has no days to take
            left, put_right = (
                _play([moved], state).seats[one_seat.number - 1] for state in (before, corrected)
            )
            wrong, right = put_right.terms[term.number - 1], put_right.terms[-1]
            stands = left.terms[term.number - 1]

            assert not wrong.began
            assert (right.began, right.valid_from, right.valid_to) == (
                stands.began,
                stands.valid_from,
                stands.valid_to,
            )


def _somebody_else(number: int, term: int) -> CorrectContact:
    return CorrectContact(
        municipality_id=LOPPA,
        group_id=LEADERS,
        seat=number,
        term=term,
        contact_id=ContactId("somebody else"),
        contact_standing="known",
        role_ends=None,
        role="director",
        reason="test",
    )
