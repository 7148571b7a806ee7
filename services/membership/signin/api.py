"""The built-in issuer's public key, for whoever checks its tokens."""

from __future__ import annotations

from typing import Any

from services.membership.signin.schemas import JwksView
from shared.web.access import openly
from shared.web.installed import installed
from shared.web.interface import Blueprint
from shared.web.tokens import BuiltinIssuer

blueprint = Blueprint(
    "signin", __name__, url_prefix="/membership/v1", description="The key that checks our own tokens."
)


@blueprint.get("/jwks")
@openly
@blueprint.response(200, JwksView)
def jwks() -> dict[str, Any]:
    """The public keys of the built-in issuer; none when it is switched off."""
    settings = installed().settings
    return BuiltinIssuer.of(settings).jwks() if settings.builtin_issuer else {"keys": []}
