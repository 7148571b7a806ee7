from __future__ import annotations

from typing import Any

import pytest

from tests.support.examples.groups import (
    leaders_network,
    professional_group,
)
from tests.support.loppas_seats import joined


@pytest.fixture
def member(stage: Any) -> Any:
    stage.happened(leaders_network(), professional_group())
    stage.told(joined())
    return stage
