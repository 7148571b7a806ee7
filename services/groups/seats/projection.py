"""Events of seats to rows of seats and of terms."""

from __future__ import annotations

from services.groups.contract import (
    SeatClosed,
    SeatDatesCorrected,
    SeatFilled,
    SeatOpened,
    SeatTermCorrected,
    SeatVacated,
)
from services.groups.seats.tables import seat_terms, seats
from shared.messages import Recorded
from shared.readmodels import Projection, Row


def on_opened(_: Row | None, recorded: Recorded[SeatOpened]) -> Row:
    """A seat stands open."""
    event = recorded.event
    return {
        "municipality_id": event.municipality_id,
        "group_id": event.group_id,
        "seat": event.seat,
        "valid_from": event.opened_from,
        "valid_to": None,
        "choice_id": event.choice_id,
        "example": recorded.example,
    }


def on_closed(row: Row | None, recorded: Recorded[SeatClosed]) -> Row | None:
    """The seat has an end."""
    return row and row | {"valid_to": recorded.event.closed_on}


def on_dates_corrected(row: Row | None, recorded: Recorded[SeatDatesCorrected]) -> Row | None:
    """The seat has other dates."""
    event = recorded.event
    return row and row | {"valid_from": event.opened_from, "valid_to": event.closed_on}


def on_filled(_: Row | None, recorded: Recorded[SeatFilled]) -> Row:
    """A term is recorded."""
    event = recorded.event
    return {
        "municipality_id": event.municipality_id,
        "group_id": event.group_id,
        "seat": event.seat,
        "term": event.term,
        "contact_id": event.contact_id,
        "role": event.role,
        "deputy": event.deputy,
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "ended_because": None,
        "example": recorded.example,
    }


def on_vacated(row: Row | None, recorded: Recorded[SeatVacated]) -> Row | None:
    """The term ends, unless it has ended earlier already."""
    event = recorded.event
    if row is None:
        return None
    before = row["valid_to"]
    ended = event.vacated_on if before is None else min(before, event.vacated_on)
    return row | {"valid_to": ended, "ended_because": event.because}


def on_term_corrected(row: Row | None, recorded: Recorded[SeatTermCorrected]) -> Row | None:
    """The term has other dates; with an open end nothing has ended it."""
    event = recorded.event
    because = row["ended_because"] if row and event.valid_to else None
    return row and row | {
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "ended_because": because,
    }


SEATS = Projection(
    table=seats, on={SeatOpened: on_opened, SeatClosed: on_closed, SeatDatesCorrected: on_dates_corrected}
)

SEAT_TERMS = Projection(
    table=seat_terms,
    on={SeatFilled: on_filled, SeatVacated: on_vacated, SeatTermCorrected: on_term_corrected},
)
