"""One request that changes something is one transaction: effect, read models and receipt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Connection

from shared.database import AWAY, is_deadlock
from shared.decider import Decider
from shared.errors import Conflict, RequestError
from shared.messages import Event
from shared.web import consistency, requests
from shared.web.access import caller
from shared.web.etags import (
    Expected,
    IfMatchUnsupported,
    answered_with,
    conditional,
    expected,
    is_conditional,
)
from shared.web.installed import installed, is_page
from shared.web.receipts import Claim

if TYPE_CHECKING:
    from shared.eventstore import Handled, Store, Transaction

State = TypeVar("State")
Command = TypeVar("Command")
E = TypeVar("E", bound=Event)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class Unit:
    """The transaction of one request and what has been done in it."""

    transaction: Transaction
    expected: Expected | None
    claim: Claim | None
    stack: ExitStack
    handled: list[Handled] = field(default_factory=list)
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    compared: bool = False


def command(view: View) -> View:
    """Run the view in one transaction, committed with its answer (see `dispatch`).

    Under `Idempotency-Key`, an earlier answer to the same request is given again instead.
    """

    @wraps(view)
    def in_transaction(*args: Any, **kwargs: Any) -> Any:
        earlier = begin(_claimed())
        return view(*args, **kwargs) if earlier is None else earlier

    return in_transaction  # type: ignore[return-value]


def handle(decider: Decider[State, Command, E], stream: str, asked: Command) -> Handled:
    """Decide on `asked` in this request's transaction.

    `If-Match` names the version that the first command of the request expects its stream at.
    Raises the rule's Refused, or Conflict when the stream has moved on.
    """
    unit = _unit()
    known = None
    if unit.expected is not None and not unit.compared:
        known = unit.transaction.load(decider, stream)
        compare(known.version)
    handled = unit.transaction.handle(decider, stream, asked, known=known)
    unit.handled.append(handled)
    return handled


def compare(version: int, part: str | None = None) -> None:
    """Raise Conflict where `If-Match` names another version, or with `part` another one (see `etags`).

    For what changes without an event, before it is changed and with its row locked.
    """
    unit = _unit()
    unit.compared = True
    if unit.expected is not None:
        unit.expected.check(version, part)


def afterwards(act: Callable[[], object]) -> None:
    """Call `act` when this request's transaction is committed, before its answer; not if it fails."""
    _unit().afterwards.append(act)


def store() -> Store:
    """This service's store."""
    return installed().store


def connection() -> Connection:
    """The connection of this request's transaction; of one for reading where none is open."""
    unit: Unit | None = g.get("unit")
    if unit is not None:
        return unit.transaction.connection
    if "reading" not in g:
        g.reading_stack = ExitStack()
        g.reading = g.reading_stack.enter_context(store().reading())
    found: Connection = g.reading
    return found


def begin(claim: Claim | None) -> Response | None:
    """Open this request's transaction, unless `claim` was answered before."""
    stop_reading()
    store().check_halted()
    stack = ExitStack()
    context = requests.context(caller().actor, example=installed().settings.example)
    transaction = stack.enter_context(store().transaction(context))
    g.unit = Unit(transaction, expected(), claim, stack)
    earlier = claim.earlier(transaction) if claim else None
    if earlier is not None:
        abandon(None)
        if is_page():
            consistency.remember(earlier, earlier.headers.get("Consistency-Token"))
    return earlier


def abandon(error: BaseException | None) -> Unit | None:
    """Leave this request's transaction, if one is open, without its effect."""
    unit: Unit | None = g.pop("unit", None)
    if unit is not None:
        cause = error or _Abandoned()
        try:
            unit.stack.__exit__(type(cause), cause, cause.__traceback__)
        except _Abandoned:
            return unit
        except RequestError as raised:
            if raised is not error:
                raise
    return unit


class _Abandoned(Exception):
    """Leaves a transaction that has nothing to keep."""


def dispatch(view: Callable[[], Any]) -> Response:
    """Call a view and commit what it did together with the receipt of its answer.

    When somebody was faster, a request without `If-Match` is carried out anew, since what it
    decides on is read anew. A refusal is kept as an answer too, in a transaction of its own.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return _read(view)
    again = _once if is_conditional() else store().retried
    return again(lambda: _attempt(view))


def _read(view: Callable[[], Any]) -> Response:
    """Answer what changes nothing; whom PostgreSQL has ended in favour of a take-over reads anew."""
    try:
        return conditional(current_app.make_response(view()))
    except AWAY as error:
        if not is_deadlock(error):
            raise
        stop_reading()
        return conditional(current_app.make_response(view()))


def stop_reading(_error: BaseException | None = None) -> None:
    """Give back the connection for reading, if one is open."""
    stack = g.pop("reading_stack", None)
    g.pop("reading", None)
    if stack is not None:
        stack.close()


def install(app: Flask) -> None:
    """Give connections back when a request ends, however it ends."""

    @app.teardown_request
    def _leave(error: BaseException | None) -> None:
        abandon(error)
        stop_reading()


def _attempt(view: Callable[[], Any]) -> Response:
    try:
        response = current_app.make_response(view())
        return _commit(response) if "unit" in g else response
    except RequestError as refusal:
        unit = abandon(refusal)
        keep = unit is not None and unit.claim is not None and not is_page()
        if not keep or isinstance(refusal, Conflict) or refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        answer = current_app.make_response(current_app.handle_user_exception(refusal))
        return _keep_refusal(unit.claim, answer) if unit and unit.claim else answer
    except BaseException as error:
        abandon(error)
        raise


def _commit(response: Response) -> Response:
    unit = _unit()
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        abandon(None)
        return response
    if unit.expected is not None and not unit.compared:
        raise IfMatchUnsupported("This change has no version to compare; send it without If-Match.")
    token = consistency.token_of(store().service, unit.handled)
    answered_with(response, unit.handled[0].version if unit.handled else None)
    if token is not None:
        response.headers["Consistency-Token"] = token
    if unit.claim is not None:
        unit.claim.keep(unit.transaction, response)
    del g.unit
    unit.stack.close()
    for act in unit.afterwards:
        act()
    if is_page():
        consistency.remember(response, token)
    return response


def _keep_refusal(claim: Claim, answer: Response) -> Response:
    """Keep a refusal; what the refused view had done before it is already gone.

    Whoever came in between has answered for this key, and that answer counts.
    """
    context = requests.context(caller().actor, example=installed().settings.example)
    with store().transaction(context) as transaction:
        earlier = claim.earlier(transaction)
        if earlier is None:
            claim.keep(transaction, answer)
    return earlier or answer


def _claimed() -> Claim | None:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    return Claim.of(
        given, caller=caller().id, method=request.method, target=request.full_path, body=request.get_data()
    )


def _unit() -> Unit:
    unit: Unit | None = g.get("unit")
    if unit is None:
        message = "This view changes something and must say `@command` or `@form`."
        raise RuntimeError(message)
    return unit


def _once(attempt: Callable[[], Response]) -> Response:
    return attempt()
