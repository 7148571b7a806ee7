"""Clients that ask over HTTP, repeat what was not answered, contradict each other, and write everything down."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

import urllib3

from deploy.proof.history import History, Operation, Outcome
from shared import ids

HOME = "/membership/v1/municipalities"
_FIRST_DAY = date(1000, 1, 1)
_FIGURES_EACH = 40
_AGAIN = 0.05
_SECONDS = 90.0
_BEFORE_SERVER_ERRORS = 500
_DOCUMENT = {"archive_case": "22/1"}
_WAY = (
    ("invitation", "MunicipalityInvited", {"invited_on": "2022-06-01", "reply_by": "2022-11-30"}),
    (
        "resolution",
        "CouncilResolved",
        {
            "body": "Kommunestyret",
            "resolved_on": "2022-10-13",
            "case_number": "PS 2/22",
            "outcome": "approved",
        },
    ),
    (
        "signature",
        "AgreementSigned",
        {"signed_on": "2022-11-01", "signatory_role": "kommunedirektør", "document": _DOCUMENT},
    ),
    (
        "receipt",
        "AgreementReceived",
        {"received_on": "2022-11-15", "agreement_document": _DOCUMENT, "resolution_document": _DOCUMENT},
    ),
    ("joining-date", "JoiningDateSet", {"member_from": "2023-01-01"}),
)


class _Request(NamedTuple):
    """What a client asks, again and again until it is answered."""

    client: str
    path: str
    body: bytes
    headers: dict[str, str]
    mark: str
    rival: str | None


class GaveUpError(Exception):
    """A request was not answered in time, although nothing is broken any more."""


class _WentHomeError(Exception):
    """The trial was over before there was an answer."""


class Clients:
    """Any number of clients in threads, which can be told to pause."""

    def __init__(self, url: str, token: Callable[[], str], history: History, seed: int, count: int) -> None:
        """`token` gives a fresh token; `seed` decides what each client asks."""
        self._url, self._token, self._history = url, token, history
        self._seed, self._count = seed, count
        self._numbers = itertools.count(1)
        self._began = time.monotonic()
        self._going, self._ending = threading.Event(), threading.Event()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self.errors: list[str] = []
        self.municipalities: list[str] = []

    @property
    def seconds(self) -> float:
        """Since the trial began: what moments of the history count."""
        return time.monotonic() - self._began

    def start(self) -> None:
        """Start the clients, paused."""
        for number in range(self._count):
            one = threading.Thread(target=self._live, args=(number,), name=f"client {number}")
            self._threads.append(one)
            one.start()
        self._wait_until_idle(_SECONDS)

    def resume(self) -> None:
        """Let them ask."""
        self._going.set()

    def pause(self, seconds: float = _SECONDS) -> None:
        """Let them finish what they have begun; raises GaveUpError when one gets no answer."""
        self._going.clear()
        self._wait_until_idle(seconds)

    def _wait_until_idle(self, seconds: float) -> None:
        """Every client says once that it waits for `resume`; what was said before must not count for later."""
        for _ in self._threads:
            if not self._idle.acquire(timeout=seconds):
                raise GaveUpError(f"A client got no answer within {seconds:.0f} seconds.")

    def end(self) -> None:
        """Let them go home."""
        self._ending.set()
        self._going.set()
        for one in self._threads:
            one.join()

    def ask(
        self,
        client: str,
        path: str,
        body: dict[str, Any],
        mark: str,
        *,
        rival: str | None = None,
        expected: str | None = None,
    ) -> dict[str, Any]:
        """POST until there is an answer, always with the same key; the answer with its `ETag`."""
        headers = {"Idempotency-Key": ids.new_id(), "Content-Type": "application/json"}
        if expected is not None:
            headers["If-Match"] = expected
        asked = _Request(client, path, json.dumps(body).encode(), headers, mark, rival)
        with urllib3.PoolManager(retries=False, timeout=30.0) as pool:
            while not self._ending.is_set():
                answer = self._attempt(pool, asked)
                if answer is not None:
                    return answer
                self._ending.wait(_AGAIN)
        raise _WentHomeError

    def publish_agreement(self, client: str = "office") -> None:
        """Version 1 of an agreement, whose host is a municipality made up for it."""
        host, mark = self._register(client)["municipality_id"], self._mark()
        body = {
            "agreement_version": 1,
            "legal_form": "Administrativt vertskommunesamarbeid",
            "host_municipality_id": host,
            "valid_from": "2023-01-01",
            "valid_to": None,
            "notice_rule": {"months": 3, "takes_effect": "any_date"},
            "extension": "Løper til den sies opp",
            "checklist": ["Deltakere"],
            "texts": [
                {
                    "language": "nb",
                    "title": "Avtale",
                    "body": f"Kommunestyret slutter seg til {mark}.",
                }
            ],
        }
        self.ask(client, "/membership/v1/agreements", body, mark)

    def _live(self, number: int) -> None:
        chance, name = Random(self._seed * 1_000 + number), f"client {number}"  # noqa: S311  # a seed's dice
        try:
            while True:
                if not self._going.is_set():
                    self._idle.release()
                    self._going.wait()
                if self._ending.is_set():
                    return
                self._do_something(chance, name)
        except _WentHomeError:
            return
        except Exception as error:  # noqa: BLE001  # said in the report; the trial fails by it
            self.errors.append(f"{name}: {type(error).__name__}: {error}")
            self._idle.release(self._count * 1_000)

    def _do_something(self, chance: Random, client: str) -> None:
        match chance.choices(("figures", "groups", "rivals", "way"), (12, 4, 4, 1))[0]:
            case "figures":
                self._figures(chance, client)
            case "groups":
                mark = self._mark()
                group = {"kind": "working_group", "name": mark, "established_on": "2026-01-01"}
                body = group | {"decision_rule": "advisory", "seat_kind": "open"}
                self.ask(client, "/groups/v1/groups", body, mark)
            case "rivals":
                self._rivals(client)
            case _:
                self._walk(client, self._register(client)["municipality_id"], chance.choice((1, len(_WAY))))

    def _figures(self, chance: Random, client: str) -> None:
        if not self.municipalities or chance.random() < 1 / _FIGURES_EACH:
            self.municipalities.append(self._register(client)["municipality_id"])
        one, mark = chance.choice(self.municipalities[-8:]), self._mark()
        day = _FIRST_DAY + timedelta(days=chance.randrange(365 * 500))
        body = {"as_of": day.isoformat(), "inhabitants": chance.randint(1, 10**6), "source": mark}
        self.ask(client, f"{HOME}/{one}/population", body, mark)

    def _rivals(self, client: str) -> None:
        new = self._register(client)
        marks = [self._mark(), self._mark()]

        def rename(mark: str) -> None:
            body = {"names": {"nb": mark}, "valid_from": "2026-02-01"}
            path = f"{HOME}/{new['municipality_id']}/renamings"
            self.ask(client, path, body, mark, rival=new["municipality_id"], expected=new["etag"])

        with ThreadPoolExecutor(len(marks)) as pool:
            list(pool.map(rename, marks))

    def _walk(self, client: str, one: str, steps: int) -> None:
        for name, event, body in _WAY[:steps]:
            path = f"{HOME}/{one}/agreements/1/{name}"
            self.ask(client, path, body, f"{event}.v1 membership-{one}/1")

    def _register(self, client: str) -> dict[str, Any]:
        mark = self._mark()
        body = {"names": {"nb": mark}, "valid_from": "2023-01-01", "invented": True}
        return self.ask(client, HOME, body, mark)

    def _mark(self) -> str:
        return f"prove-{self._seed:x}-{next(self._numbers)}"

    def _attempt(self, pool: urllib3.PoolManager, asked: _Request) -> dict[str, Any] | None:
        called = self.seconds
        sent = asked.headers | {"Authorization": f"Bearer {self._token()}"}
        status, content, etag, again = None, b"", "", False
        outcome: Outcome = "unknown"
        try:
            answer = pool.request("POST", self._url + asked.path, body=asked.body, headers=sent)
            status, content, etag = answer.status, answer.data, answer.headers.get("ETag", "")
            again = "Retry-After" in answer.headers
            outcome = _outcome(status, content)
        except urllib3.exceptions.HTTPError:
            pass  # whether it had an effect is not known
        self._history.add(
            Operation(
                client=asked.client,
                service=asked.path.split("/")[1],
                mark=asked.mark,
                key=asked.headers["Idempotency-Key"],
                called=called,
                returned=self.seconds,
                outcome=outcome,
                status=status,
                told_when=again,
                answer=hashlib.sha256(content).hexdigest() if outcome == "ok" else None,
                rival=asked.rival,
            )
        )
        return None if outcome == "unknown" else {**json.loads(content), "etag": etag}


def _outcome(status: int, content: bytes) -> Outcome:
    if status < 300:  # noqa: PLR2004  # every success
        return "ok"
    if status >= _BEFORE_SERVER_ERRORS or json.loads(content).get("code") == "request-in-progress":
        return "unknown"
    return "refused"
