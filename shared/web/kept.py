"""Answers that show events alone, kept and given again as bytes for as long as nothing has happened.

What is given again was answered before to the same question of the same caller; whether it still
holds is asked of the database for every request. Nothing of Flask is needed for it, so it comes before it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, Response, g, request
from werkzeug.http import parse_etags

from shared import clock
from shared.revision import Revision
from shared.web import requests
from shared.web.installed import Installed, installed, of
from shared.web.requests import Ids

if TYPE_CHECKING:
    from shared.web.callers import Caller

MOST_BYTES = 16 * 1024 * 1024
"""What one process keeps at most; an answer that is larger than an eighth of it is not kept."""

_BESIDE = 1024
"""Bytes that an answer takes beside its body and its question, roughly."""

_ANOTHER_WAY = ("HTTP_COOKIE", "HTTP_IF_MATCH", "HTTP_CONSISTENCY_TOKEN")
"""Who says one of these asks for more than the same answer again."""

Headers = list[tuple[str, str]]


class Question(NamedTuple):
    """All of a request that an answer may depend on, beside the events and the day."""

    path: str
    query: str
    accept: str | None
    caller: str
    actor: str
    scopes: frozenset[str]


class State(NamedTuple):
    """The events and the day that an answer is about."""

    revision: Revision
    day: date


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered in `state`: `headers` with the body, `headers_unchanged` to who has it (304)."""

    state: State
    route: str
    tag: str
    body: bytes
    headers: Headers
    headers_unchanged: Headers


@dataclass
class KeptAnswers:
    """The last answer to each question; of too many, those that nobody has asked for longest are forgotten."""

    _answers: OrderedDict[Question, Answer] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, question: Question) -> Answer | None:
        """What this was answered with, whether or not it still holds."""
        with self._lock:
            found = self._answers.get(question)
            if found is not None:
                self._answers.move_to_end(question)
            return found

    def keep(self, question: Question, answer: Answer) -> None:
        """Keep `answer` in the place of an earlier one."""
        size = _size(question, answer)
        if size > MOST_BYTES // 8:
            return
        with self._lock:
            earlier = self._answers.pop(question, None)
            self._size += size - (_size(question, earlier) if earlier else 0)
            self._answers[question] = answer
            while self._size > MOST_BYTES:
                self._size -= _size(*self._answers.popitem(last=False))


def again(app: Flask, environ: dict[str, Any], start_response: Any) -> Iterable[bytes] | None:
    """Answer a request as WSGI says, where the same was answered before and nothing has happened since.

    None where Flask has to: also where anything is wrong, for it is there that it is said.
    """
    started = time.perf_counter()
    here = of(app)
    try:
        found = _holding(here, environ)
    except Exception:  # noqa: BLE001  # an unreachable database, keys that cannot be fetched
        return None
    if found is None:
        return None
    answer, actor = found
    known = parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(answer.tag)
    ids = Ids.of(environ.get("HTTP_X_REQUEST_ID", ""), environ.get("HTTP_TRACEPARENT", ""))
    status, headers, body = (
        ("304 NOT MODIFIED", answer.headers_unchanged, b"")
        if known
        else ("200 OK", answer.headers, answer.body)
    )
    start_response(status, [*headers, (requests.HEADER, ids.request)])
    requests.tell("GET", answer.route, int(status[:3]), started, actor, ids)
    return [body]


def asked(environ: dict[str, Any], asking: Caller) -> Question | None:
    """What is asked, None where it must be answered anew."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in _ANOTHER_WAY):
        return None
    return Question(
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT"),
        asking.id,
        asking.actor,
        asking.scopes,
    )


def present(here: Installed) -> State | None:
    """The state that an answer would be about which is begun now."""
    revision = here.store.revision()
    return None if revision is None else State(revision, clock.today())


def install(app: Flask) -> None:
    """Keep what is answered to the question and in the state that `unchanged.from_events` has noted."""

    @app.after_request
    def _keep(response: Response) -> Response:
        if "question" not in g or "ETag" not in response.headers or "Set-Cookie" in response.headers:
            return response
        state: State | None = g.state
        # The day may have changed while the view was at it.
        if state is not None and state.day == clock.today():
            installed().kept.keep(g.question, _answer(state, response))
        return response


def _size(question: Question, answer: Answer) -> int:
    """Bytes of memory, roughly; who asks says how long the question is."""
    said = len(question.path) + len(question.query) + len(question.accept or "")
    return said + len(answer.body) + _BESIDE


def _holding(here: Installed, environ: dict[str, Any]) -> tuple[Answer, str] | None:
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    asking = here.callers.known(token.strip()) if kind.lower() == "bearer" else None
    question = asked(environ, asking) if asking is not None else None
    answer = here.kept.to(question) if question is not None else None
    if asking is None or answer is None or answer.state != present(here):
        return None
    return answer, asking.actor


def _answer(state: State, response: Response) -> Answer:
    body = response.get_data()
    tag = str(response.get_etag()[0])
    whole, unchanged = (Response(body, status, response.headers) for status in (200, 304))
    return Answer(
        state=state,
        route=request.url_rule.rule if request.url_rule else "",
        tag=tag,
        body=body,
        headers=whole.get_wsgi_headers(request.environ).to_wsgi_list(),
        headers_unchanged=unchanged.get_wsgi_headers(request.environ).to_wsgi_list(),
    )
