"""What is not done anew for every request: tokens that are known, the name of the present state, kept answers."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_CALLERS = "tests/unit/shared/web/test_callers.py"
_KEPT = tuple(f"tests/unit/shared/web/test_kept{what}.py" for what in ("", "_callers", "_room"))
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
    Mechanism(
        name="an answer is given again only while nothing has happened",
        file="shared/web/kept.py",
        old=" or answer.state != present(here)",
        new="",
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer is about the state before the view looked",
        file="shared/web/kept.py",
        old="_answer(state, response)",
        new="_answer(present(installed()) or state, response)",
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer is about one day",
        file="shared/web/kept.py",
        old="State(revision, clock.today())",
        new="State(revision, clock.today().min)",
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer that was begun before midnight is not kept",
        file="shared/web/kept.py",
        old="if state is not None and state.day == clock.today():",
        new="if state is not None:",
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer is for one caller",
        file="shared/web/kept.py",
        old="        asking.id,\n",
        new='        "",\n',
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer is for one actor",
        file="shared/web/kept.py",
        old="        asking.actor,\n",
        new='        "",\n',
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer is for the scopes that it was given to",
        file="shared/web/kept.py",
        old="        asking.scopes,\n",
        new="        frozenset(),\n",
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer is for what it was asked in",
        file="shared/web/kept.py",
        old='environ.get("HTTP_ACCEPT"),',
        new="None,",
        tests=_KEPT,
    ),
    Mechanism(
        name="who sets conditions is answered anew",
        file="shared/web/kept.py",
        old="or any(name in environ for name in _ANOTHER_WAY):",
        new=":",
        tests=_KEPT,
    ),
    Mechanism(
        name="who names a write is answered anew",
        file="shared/web/unchanged.py",
        old=" and not consistency.is_asked_for()",
        new="",
        tests=_KEPT,
    ),
    Mechanism(
        name="answers are kept up to a bound",
        file="shared/web/kept.py",
        old="            while self._size > MOST_BYTES:",
        new="            while False:",
        tests=_KEPT,
    ),
    Mechanism(
        name="a long question takes its room",
        file="shared/web/kept.py",
        old="return said + len(answer.body)",
        new="return len(answer.body)",
        tests=_KEPT,
    ),
    Mechanism(
        name="an answer shows what its schema names and no more",
        file="shared/web/writing.py",
        old="        get = shown.get if type(shown) is dict else partial(get_value, shown)\n",
        new="        if type(shown) is dict:\n            return shown\n        get = partial(get_value, shown)\n",
        tests=("tests/contracts/test_answers_as_schemas_say.py",),
    ),
)
