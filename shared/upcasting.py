"""Old shapes of an event become the newer one while they are read; what is stored stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the fields of one version (plain JSON values) and gives those of the next."""

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""By type name without version, and the version that is read: `("AgreementSigned", 1)`."""


def upcast(
    type_name: str, current: dict[str, Any], upcasters: dict[tuple[str, int], Upcaster] | None = None
) -> tuple[str, dict[str, Any]]:
    """The newest type name and fields that `current` of `type_name` (`AgreementSigned.v1`) leads to."""
    known = UPCASTERS if upcasters is None else upcasters
    name, _, revision = type_name.rpartition(".v")
    while revision.isascii() and revision.isdigit() and (change := known.get((name, int(revision)))):
        current = change(current)
        revision = str(int(revision) + 1)
        type_name = f"{name}.v{revision}"
    return type_name, current


def is_upcast(type_name: str) -> bool:
    """Whether fields of this type are read in a newer shape."""
    name, _, revision = type_name.rpartition(".v")
    return revision.isascii() and revision.isdigit() and (name, int(revision)) in UPCASTERS
