"""A term keeps what was asked for beside what its seat lets it have: what moves the seat later goes by that."""

from __future__ import annotations

from datetime import date

import pytest

from services.groups.contract import SeatTermCorrected
from services.groups.seats.domain import seats
from services.groups.seats.state import MunicipalitySeats, Term
from services.groups.seats.terms import SeatTaken
from tests.support.examples.groups import LEADERS, LOPPA, SUCCESSOR, seat_closed, seat_filled, seat_opened
from tests.support.given_when_then import Scenario
from tests.support.seat_commands import appoint

FROM, UNTIL = date(2026, 3, 1), date(2026, 9, 1)


def first_term(state: MunicipalitySeats) -> Term:
    return state.seats[0].terms[0]


@pytest.mark.parametrize(
    ("follows_seat", "asked"), [(False, (FROM, UNTIL)), (True, (date(2026, 2, 1), date(2026, 12, 1)))]
)
def test_a_corrected_term_was_asked_for_so_but_not_one_that_only_follows_its_seat(
    follows_seat: bool, asked: tuple[date, date]
) -> None:
    corrected = SeatTermCorrected(
        municipality_id=LOPPA,
        group_id=LEADERS,
        seat=1,
        term=1,
        old_valid_from=date(2026, 2, 1),
        valid_from=FROM,
        old_valid_to=date(2026, 12, 1),
        valid_to=UNTIL,
        follows_seat=follows_seat,
        reason="Skrivefeil",
    )
    term = first_term(seats.fold([seat_opened(), seat_filled(valid_to=date(2026, 12, 1)), corrected]))

    assert (term.valid_from, term.valid_to) == (FROM, UNTIL)
    assert (term.asked_from, term.asked_to) == asked


@pytest.mark.parametrize(("ends", "asked_to"), [(UNTIL, UNTIL), (None, date(2027, 1, 1))])
def test_giving_up_a_seat_makes_no_term_longer(ends: date | None, asked_to: date) -> None:
    given_up = seat_closed(reason="given_up")
    term = first_term(seats.fold([seat_opened(), seat_filled(valid_to=ends), given_up]))

    assert term.asked_to == asked_to


def test_the_end_of_the_term_in_the_way_is_told() -> None:
    story = Scenario(seats).given(seat_opened(), seat_filled(valid_to=UNTIL))

    story.when(appoint(contact_id=SUCCESSOR, valid_from=FROM)).then_refused(
        SeatTaken, field="valid_from", term=1, valid_from=date(2026, 2, 1), valid_to=UNTIL
    )


def test_there_is_no_seat_before_the_first() -> None:
    state = seats.fold([seat_opened()])

    assert state.seat(1) is not None
    assert (state.seat(0), state.seat(2)) == (None, None)
