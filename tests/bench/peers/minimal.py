"""The least that answers the same questions: a Flask application without anything of ours.

A POST checks the token, reads the stream, inserts event and receipt and upserts the row, all in
one transaction. A GET gives bytes from memory, or says that they are unchanged.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from typing import Any

import jwt
import psycopg
from flask import Flask, Response, abort, request
from marshmallow import Schema, ValidationError, fields, validate

POOL = 10
"""As many connections as ours keeps."""
TABLES = b"""
CREATE TABLE events (position bigserial PRIMARY KEY, id uuid NOT NULL UNIQUE, stream text NOT NULL,
    version int NOT NULL, type text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    data jsonb NOT NULL, UNIQUE (stream, version));
CREATE TABLE receipts (key text PRIMARY KEY, status int NOT NULL, body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE figures (municipality_id text, as_of date, inhabitants bigint NOT NULL, source text NOT NULL,
    version int NOT NULL, PRIMARY KEY (municipality_id, as_of));
"""
_READ = "SELECT version, type, data FROM events WHERE stream = %s ORDER BY version"
_EVENT = "INSERT INTO events (id, stream, version, type, data) VALUES (%s, %s, %s, %s, %s)"
_RECEIPT = "INSERT INTO receipts (key, status, body) VALUES (%s, %s, %s)"
_ROW = (
    "INSERT INTO figures VALUES (%s, %s, %s, %s, %s) ON CONFLICT (municipality_id, as_of)"
    " DO UPDATE SET inhabitants = excluded.inhabitants, source = excluded.source, version = excluded.version"
)


def prepare(database: str) -> None:
    """Make the tables in an empty database."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(TABLES)


class Figure(Schema):
    """The body of a POST."""

    as_of = fields.Date(required=True)
    inhabitants = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    source = fields.String(required=True, validate=validate.Length(1, 200))


class Pool:
    """Connections that are kept open; who finds none free waits."""

    def __init__(self, database: str) -> None:
        """Each is opened when first needed."""
        self._database = database
        self._free: LifoQueue[psycopg.Connection[Any] | None] = LifoQueue()
        for _ in range(POOL):
            self._free.put(None)

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection within a transaction."""
        connection = self._free.get()
        try:
            connection = connection or psycopg.connect(self._database)
            with connection.transaction():
                yield connection
        finally:
            self._free.put(connection)

    def close(self) -> None:
        """Give the connections up; nobody may use one."""
        for _ in range(POOL):
            connection = self._free.get()
            if connection is not None:
                connection.close()


def application() -> Flask:
    """The application over `MINIMAL_DATABASE`, `MINIMAL_KEY` (a JWK) and `MINIMAL_BODIES` (a folder)."""
    pool = Pool(os.environ["MINIMAL_DATABASE"])
    return create(pool, os.environ["MINIMAL_KEY"], Path(os.environ["MINIMAL_BODIES"]))


def create(pool: Pool, key: str, bodies: Path) -> Flask:
    """See `application`."""
    app, schema = Flask(__name__), Figure()
    known = jwt.PyJWK(json.loads(key)).key
    kept = {file.name: file.read_bytes() for file in bodies.iterdir()}

    @app.post("/municipalities/<municipality_id>/population")
    def record(municipality_id: str) -> Response:
        _check(known, "membership:write")
        try:
            asked = schema.load(request.get_json())
        except ValidationError:
            abort(422)
        with pool.transaction() as connection:
            version, body = _append(connection, municipality_id, asked, schema.dump(asked))
        return Response(body, 201, {"ETag": f'"v{version}"'}, content_type="application/json")

    @app.get("/bytes/<name>")
    def from_memory(name: str) -> Response:
        return _kept(kept, name)

    @app.get("/checked-bytes/<name>")
    def from_memory_if_allowed(name: str) -> Response:
        _check(known, "membership:read")
        return _kept(kept, name)

    return app


def _check(key: Any, scope: str) -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="samvirke")
    except jwt.PyJWTError:
        abort(401)
    if kind != "Bearer" or scope not in claims["scope"].split():
        abort(403)


def _append(
    connection: psycopg.Connection[Any], municipality_id: str, asked: dict[str, Any], said: dict[str, Any]
) -> tuple[int, str]:
    """Event, row and receipt; the version and the body of the answer."""
    stream = f"population-{municipality_id}"
    stored = connection.execute(_READ, (stream,)).fetchall()
    version = stored[-1][0] + 1 if stored else 1
    body = json.dumps({"municipality_id": municipality_id, "items": [said]})
    connection.execute(_EVENT, (uuid.uuid4(), stream, version, "PopulationUpdated", json.dumps(said)))
    row = (municipality_id, asked["as_of"], asked["inhabitants"], asked["source"], version)
    connection.execute(_ROW, row)
    connection.execute(_RECEIPT, (request.headers["Idempotency-Key"], 201, body))
    return version, body


def _kept(kept: dict[str, bytes], name: str) -> Response:
    tag = f'"{name}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    return Response(kept[name], headers={"ETag": tag}, content_type="application/json")
