"""How hard properties are tried: always the same examples, and more of them when asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_ANEW = 40
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "15"))
"""Examples per property; the same in every run, but for more than `_ANEW`."""

tried = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES <= _ANEW,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)

tried_sparingly = settings(tried, max_examples=max(5, EXAMPLES // 3))
"""For properties whose single example takes a database or long sequences."""
