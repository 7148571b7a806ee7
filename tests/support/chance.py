"""How hard properties are tried: always the same examples, and more of them when asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "40"))
"""Examples per property; more than the usual number are drawn anew in every run."""

tried = settings(
    max_examples=EXAMPLES,
    derandomize="PROPERTY_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
