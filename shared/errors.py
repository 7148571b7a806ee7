"""The ways a request ends when it does not end well."""

from __future__ import annotations

from typing import Any


class RequestError(Exception):
    """Something the caller can do something about; `code` is promised, texts are not."""

    code = "request-error"
    status = 400
    nb = "Forespørselen kunne ikke behandles."
    """The sentence shown on pages, in Norwegian bokmål."""

    def __init__(self, message: str, **details: Any) -> None:
        """`message` is a sentence for people, `details` what a program needs to go on."""
        super().__init__(message)
        self.message = message
        self.details = details


class Refused(RequestError):
    """A rule says no. Concrete refusals stand beside the rule and set `code` (kebab-case) and `nb`."""

    code = "refused"
    status = 409


class NotFound(RequestError):
    """There is no such thing, or none that the caller may know of."""

    code = "not-found"
    status = 404
    nb = "Finnes ikke."


class Conflict(RequestError):
    """Somebody was faster: the stream has moved on since it was read."""

    code = "version-conflict"
    status = 412
    nb = "Noen andre har endret dette i mellomtiden. Se på det nye og prøv igjen."


class Malformed(RequestError):
    """The request does not have the shape it must have; `details["errors"]` says where."""

    code = "malformed"
    status = 422
    nb = "Noen felt må rettes."


class Unavailable(RequestError):
    """A part that is needed is away for the moment; the same request may succeed later."""

    code = "unavailable"
    status = 503
    nb = "Tjenesten er ikke tilgjengelig akkurat nå. Prøv igjen om litt."
