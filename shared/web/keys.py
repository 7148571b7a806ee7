"""Secrets in files that the processes of one installation share; each is made once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SECRET_BYTES = 48


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `path`, made by the first process that asks; readable by its owner only.

    Of two processes that make it at the same moment one wins, and both get the winner's: a
    link, unlike a rename, fails when the name is taken. Raises OSError when it cannot be kept.
    """
    with suppress(FileNotFoundError):
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
    return path.read_bytes()


def form_secret(folder: Path) -> bytes:
    """What signs the tokens in forms; the same for all services of the installation."""
    return kept(folder / "forms.secret", lambda: secrets.token_bytes(SECRET_BYTES))
