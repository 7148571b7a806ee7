"""Answers that are kept, so that a repeated request gets the same one and has no second effect."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import ClassVar

from flask import Response
from sqlalchemy import Connection, delete, insert, select, text

from shared import clock
from shared.crashing import crashpoint
from shared.errors import RequestError
from shared.housekeeping import RETENTION
from shared.tables import receipts

LONGEST_KEY = 255
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Consistency-Token")


class KeyMalformed(RequestError):
    """`Idempotency-Key` must be 1 to 255 visible ASCII characters."""

    code = "idempotency-key-malformed"


class KeyReused(RequestError):
    """The key was used before for a request with another body."""

    code = "idempotency-key-reused"
    status = 422


class RequestInProgress(RequestError):
    """The same request is being carried out at this moment."""

    code = "request-in-progress"
    status = 409
    nb = "Det samme er allerede i gang. Vent litt og last siden på nytt."
    headers: ClassVar = {"Retry-After": "1"}


@dataclass(frozen=True)
class Claim:
    """One caller's key for one request; the key itself is kept as a digest only."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, given: str, *, caller: str, method: str, target: str, body: bytes) -> Claim:
        """The claim of `given`, scoped by who asks and for what; raises `KeyMalformed`."""
        if not 1 <= len(given) <= LONGEST_KEY or not (given.isascii() and given.isprintable()):
            raise KeyMalformed(f"Idempotency-Key must be 1 to {LONGEST_KEY} visible ASCII characters.")
        scoped = f"{caller}\x1f{method}\x1f{target}\x1f{given}"
        return cls(hashlib.sha256(scoped.encode()).hexdigest(), hashlib.sha256(body).hexdigest())

    def earlier(self, connection: Connection) -> Response | None:
        """The answer given before, None when there is none; the claim is then ours.

        On PostgreSQL a lock of the transaction holds it: whoever comes meanwhile raises
        `RequestInProgress`. On SQLite the transaction itself is alone. Raises `KeyReused`.
        """
        if connection.dialect.name == "postgresql":
            number = int.from_bytes(bytes.fromhex(self.key)[:8], signed=True)
            held = connection.execute(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number})
            if not held.scalar_one():
                raise RequestInProgress("A request with this Idempotency-Key is being carried out.")
        oldest = clock.moment(clock.now() - RETENTION)
        row = connection.execute(select(receipts).where(receipts.c.key == self.key)).one_or_none()
        if row is None or row.created_at < oldest:
            return None
        if row.fingerprint != self.fingerprint:
            raise KeyReused("This Idempotency-Key was used for a request with another body.")
        response = Response(row.body, row.status, json.loads(row.headers))
        response.headers["Idempotent-Replay"] = "true"
        return response

    def keep(self, connection: Connection, response: Response) -> None:
        """Keep `response` with the effect, in the same transaction."""
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        connection.execute(delete(receipts).where(receipts.c.key == self.key))
        connection.execute(
            insert(receipts).values(
                key=self.key,
                fingerprint=self.fingerprint,
                status=response.status_code,
                headers=json.dumps(headers),
                body=response.get_data(as_text=True),
                created_at=clock.moment(clock.now()),
            )
        )
        crashpoint("receipt.kept")


def forget_receipts_naming(connection: Connection, words: str) -> int:
    """Remove the receipts whose answer holds `words`: an erased person is nowhere (G10)."""
    return connection.execute(
        delete(receipts).where(receipts.c.body.contains(words, autoescape=True))
    ).rowcount
