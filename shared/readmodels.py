"""What a read model is: a table, and a pure keyed fold over events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from sqlalchemy import Table

from shared.messages import Event, Recorded

Row = dict[str, Any]
"""One row by column name; folds return a new one and never change the one they got."""

Key = tuple[Any, ...]
"""The primary key of a row, in the table's order."""

Fold = Callable[[Row | None, Recorded[Any]], Row | None]
"""`(row or none, event) -> row or none`: pure, no clock, no other row, no I/O."""


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A read model table fed by one topic, each of its rows by events of one key.

    `on` says which events change a row and how. `keys` says which rows an event touches;
    left out, it is the one row whose primary key columns are fields of the event.
    A fold is called once per touched row; an event may touch none.
    """

    table: Table
    on: Mapping[type[Event], Fold]
    keys: Callable[[Recorded[Any]], Iterable[Key]] | None = None

    @property
    def name(self) -> str:
        """The table's name, under which readers find the live build."""
        return self.table.name

    def touched(self, recorded: Recorded[Any]) -> Iterable[Key]:
        """The keys of the rows that `recorded` changes."""
        if self.keys is not None:
            return self.keys(recorded)
        return [self._key_of(recorded.event)]

    @cached_property
    def _key_of(self) -> Callable[[Event], Key]:
        fields = attrgetter(*[column.name for column in self.table.primary_key.columns])
        return fields if len(self.table.primary_key.columns) > 1 else lambda event: (fields(event),)
