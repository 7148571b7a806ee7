"""What is not done anew for every request: tokens that are known, and the name of the present state."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_CALLERS = "tests/unit/shared/web/test_callers.py"
_REVISION = "tests/integration/test_revision.py"

MECHANISMS = (
    Mechanism(
        name="a token that is known ends in its time",
        file="shared/web/issuers.py",
        old='return time.time() < int(self.claims["exp"]) + LEEWAY and',
        new="return",
        tests=(_CALLERS,),
    ),
    Mechanism(
        name="a token that is known ends with its key",
        file="shared/web/issuers.py",
        old=" and self.keys.find(self.key_id) is self.key",
        new="",
        tests=(_CALLERS,),
    ),
    Mechanism(
        name="a question is closed to who comes after it was put",
        file="shared/revision.py",
        old="                self._close(answer)\n                answer.set_result",
        new="                answer.set_result",
        tests=("tests/unit/shared/test_together.py",),
    ),
    Mechanism(
        name="a state is named by events, not by their positions",
        file="shared/revision.py",
        old="SELECT 'waiting', event_id FROM",
        new="SELECT 'waiting', CAST(position AS TEXT) FROM",
        tests=(_REVISION,),
    ),
    Mechanism(
        name="a build that readers are led back to is another state",
        file="shared/revision.py",
        old="SELECT model, live_at FROM",
        new="SELECT model, CAST(build AS TEXT) FROM",
        tests=(_REVISION,),
    ),
    Mechanism(
        name="a state that many events wait in has no name",
        file="shared/revision.py",
        old="return None if waiting > MOST_UNNUMBERED else frozenset(found)",
        new="return frozenset(found)",
        tests=(_REVISION,),
    ),
)
