"""The pages that let people in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from services.membership.signin.domain import SESSION_LIFETIME, SignInSwitchedOff
from services.membership.signin.handlers import use_link
from shared import clock
from shared.web import requests
from shared.web.access import openly
from shared.web.commands import store
from shared.web.installed import installed
from shared.web.session import sign_in, sign_out
from shared.web.tokens import BuiltinIssuer

pages = Blueprint("signin_pages", __name__, url_prefix="/membership", template_folder="../templates")


@pages.get("/logg-inn")
@openly
def how() -> str:
    """Say how to get a link."""
    return render_template("membership/signin_how.html", switched_on=installed().settings.builtin_issuer)


@pages.get("/logg-inn/<secret>")
@openly
def ask(secret: str) -> str:
    """Show a button: a link that lets in by being fetched would be used up by a mail scanner."""
    return render_template("membership/signin_link.html", secret=secret)


@pages.post("/logg-inn/<secret>")
@openly
def enter(secret: str) -> Response:
    """Use the link up and open the visitor's first page."""
    settings = installed().settings
    if not settings.builtin_issuer:
        raise SignInSwitchedOff("The built-in issuer is switched off.")
    context = requests.context("system/signin", example=settings.example)
    with store().transaction(context) as transaction:
        visitor = use_link(transaction.connection, secret, clock.real_now())
    token = BuiltinIssuer.of(settings).issue(
        visitor.scopes,
        actor=visitor.actor,
        ttl=SESSION_LIFETIME,
        municipality_id=visitor.municipality_id,
    )
    response = redirect(visitor.start, 303)
    sign_in(response, token)
    return response


@pages.post("/logg-ut")
@openly
def leave() -> Response:
    """Sign out, and say so."""
    response = redirect("/membership/logg-inn", 303)
    sign_out(response)
    return response
