"""Answers that are kept, so that a repeated request gets the same one and has no second effect."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from flask import Response
from sqlalchemy import Connection, delete

from shared import clock
from shared.crashing import crashpoint
from shared.database import Dialect, placeholders
from shared.errors import RequestError
from shared.housekeeping import RETENTION
from shared.tables import receipts

if TYPE_CHECKING:
    from shared.transactions import Transaction

LONGEST_KEY = 255
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Consistency-Token")

# At the driver, for every command asks.
_FIND = "SELECT fingerprint, status, headers, body FROM receipts WHERE key = ? AND created_at >= ?"
_KEEP = (
    "INSERT INTO receipts (key, fingerprint, status, headers, body, created_at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,"
    " headers = excluded.headers, body = excluded.body, created_at = excluded.created_at"
)
_SQL: dict[Dialect, dict[str, str]] = {
    "sqlite": {"find": _FIND, "keep": _KEEP},
    "postgresql": {
        "hold": "SELECT pg_try_advisory_xact_lock(%s)",
        "find": placeholders(_FIND, "postgresql"),
        "keep": placeholders(_KEEP, "postgresql"),
    },
}


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

    def earlier(self, transaction: Transaction) -> Response | None:
        """The answer given before, None when there is none; the claim is then ours.

        On PostgreSQL a lock of the transaction holds it: whoever comes meanwhile raises
        `RequestInProgress`. On SQLite the transaction itself is alone. Raises `KeyReused`.
        """
        cursor, sql = transaction.cursor, _SQL[transaction.dialect]
        if "hold" in sql:
            cursor.execute(sql["hold"], (int.from_bytes(bytes.fromhex(self.key)[:8], signed=True),))
            if not cursor.fetchone()[0]:
                raise RequestInProgress("A request with this Idempotency-Key is being carried out.")
        # By itself, after the lock: only then does it see what the one before has committed.
        cursor.execute(sql["find"], (self.key, clock.moment(clock.now() - RETENTION)))
        row = cursor.fetchone()
        if row is None:
            return None
        fingerprint, status, headers, body = row
        if fingerprint != self.fingerprint:
            raise KeyReused("This Idempotency-Key was used for a request with another body.")
        response = Response(body, status, json.loads(headers))
        response.headers["Idempotent-Replay"] = "true"
        return response

    def keep(self, transaction: Transaction, response: Response) -> None:
        """Keep `response` with the effect, in the same transaction and in the place of what is past its retention."""
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        transaction.cursor.execute(
            _SQL[transaction.dialect]["keep"],
            (
                self.key,
                self.fingerprint,
                response.status_code,
                json.dumps(headers),
                response.get_data(as_text=True),
                clock.moment(clock.now()),
            ),
        )
        crashpoint("receipt.kept")


def forget_receipts_naming(connection: Connection, words: str) -> int:
    """Remove the receipts whose answer holds `words`: an erased person is nowhere (G10)."""
    return connection.execute(
        delete(receipts).where(receipts.c.body.contains(words, autoescape=True))
    ).rowcount
