"""A reason on the command line: it is kept for ever, so it says something."""

from __future__ import annotations

import click


class Reason(click.ParamType):  # type: ignore[type-arg]  # generic in the stubs alone
    """Text that is not blank, without the blanks around it."""

    name = "TEXT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See `click.ParamType.convert`."""
        if not value.strip():
            self.fail("A reason is kept for ever and may not be blank.", param, ctx)
        return value.strip()
