"""Door for events in: membership listens to nobody; the others follow what it decides."""

from __future__ import annotations

from shared.consumers import Consumer

CONSUMERS: tuple[Consumer, ...] = ()
"""Everything that membership takes in: nothing. Membership never follows from a fee or a seat."""
