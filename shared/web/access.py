"""Who asks, and what they may: bearer tokens, the session cookie, scopes and own data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from flask import Flask, g, request

from shared.errors import RequestError
from shared.web import consistency
from shared.web.callers import Caller, OtherMunicipality
from shared.web.installed import installed, is_page
from shared.web.issuers import TokenInvalidError
from shared.web.tokens import OFFICE

View = TypeVar("View", bound=Callable[..., Any])

SESSION_COOKIE = "samvirke_session"

IN_VIEW = "in-view"
"""`own=IN_VIEW`: the view itself checks whose data a bound caller writes (see `Caller.must_own`)."""

_SAFE = ("GET", "HEAD")
_GUARD = "guarded_by"
_DOCUMENTED = "_apidoc"  # where flask-smorest looks for what the OpenAPI document says


class TokenMissingError(RequestError):
    """Nobody may read or write members' data without saying who asks."""

    code = "token-missing"
    status = 401
    nb = "Du må logge inn for å se denne siden."
    headers: ClassVar = {"WWW-Authenticate": 'Bearer realm="samvirke"'}


class ScopeMissing(RequestError):
    """The token does not carry the scope that this needs."""

    code = "scope-missing"
    status = 403
    nb = "Du har ikke tilgang til dette."

    @property
    def headers(self) -> dict[str, str]:
        """What a client must ask its issuer for (RFC 6750)."""
        scope = self.details["scope"]
        return {"WWW-Authenticate": f'Bearer realm="samvirke", error="insufficient_scope", scope="{scope}"'}


class OfficeOnly(RequestError):
    """Only the network office does this (decision 16)."""

    code = "office-only"
    status = 403
    nb = "Bare nettverkskontoret kan gjøre dette."


def caller() -> Caller:
    """Who asks in this request; raises a 401 when nobody says so."""
    if "caller" not in g:
        g.caller = installed().callers.of(_presented())
    found: Caller = g.caller
    return found


def signed_in() -> Caller | None:
    """Who asks, or None: for the layout, and for pages that are open to all."""
    try:
        return caller()
    except RequestError:
        return None


def requires(scope: str, own: str | None = None, *, office: bool = False) -> Callable[[View], View]:
    """Let in who carries `scope`; then wait until the caller's own last write shows.

    `own` names the view argument that must be the municipality a bound token is bound to.
    A bound token never changes anything where `own` is left out: say `own=IN_VIEW` where the
    view checks it. `office=True` lets in the network office only.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _authorise(scope, own, kwargs, office=office)
            if request.method in _SAFE:
                consistency.catch_up()
            return view(*args, **kwargs)

        needed = [scope, OFFICE] if office else [scope]
        documented = dict(getattr(guarded, _DOCUMENTED, {}))
        documented["manual_doc"] = {**documented.get("manual_doc", {}), "security": [{"bearer": needed}]}
        setattr(guarded, _DOCUMENTED, documented)
        return cast("View", _guarded(guarded, scope))

    return decorate


def openly(view: View) -> View:
    """Mark a view as open to everybody: health, contract documents, the sign-in page."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return cast("View", _guarded(opened, ""))


def refuse_unguarded(app: Flask, blueprints: frozenset[str]) -> None:
    """Raise RuntimeError when a view of `blueprints` says neither `requires` nor `openly`."""
    bare = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.rpartition(".")[0] in blueprints
        and not endpoint.endswith(".static")
        and not hasattr(view, _GUARD)
    )
    if bare:
        message = f"These views say neither `requires` nor `openly`: {', '.join(bare)}."
        raise RuntimeError(message)


def _guarded(view: Any, scope: str) -> Any:
    setattr(view, _GUARD, scope)
    return view


def _authorise(scope: str, own: str | None, arguments: Mapping[str, Any], *, office: bool) -> None:
    asking = caller()
    if scope not in asking.scopes:
        raise ScopeMissing(f"The token must carry the scope {scope}.", scope=scope)
    if office and not asking.is_office:
        raise OfficeOnly("Only the network office does this.")
    if asking.municipality_id is None or own == IN_VIEW:
        return
    if own is not None:
        asking.must_own(arguments[own])
    elif request.method not in _SAFE:
        raise OtherMunicipality("A token that is bound to one municipality cannot do this.")


def _presented() -> str:
    """The bearer token, else the cookie where a foreign site could do no harm with it.

    A browser sends the cookie by itself, so it counts for pages, whose forms carry a token
    of their own, and for reading; never for a write over the HTTP interface.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise TokenInvalidError("Authorization must be: Bearer <token>.")
        return token.strip()
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie and (is_page() or request.method in _SAFE):
        return cookie
    raise TokenMissingError("Send an access token: Authorization: Bearer <token>.")
