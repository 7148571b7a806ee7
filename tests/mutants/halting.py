"""While database and log disagree, or may, nobody records anything."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_HALTED = "tests/integration/test_halted.py"

MECHANISMS = (
    Mechanism(
        name="nothing is taken in while recording is halted",
        file="shared/positions.py",
        old='    " AND NOT EXISTS (SELECT 1 FROM halts)"\n',
        new="",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="nothing parked is replayed while recording is halted",
        file="shared/mending.py",
        old="        halting.check(connection)\n",
        new="",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="nothing that is due is written while recording is halted",
        file="shared/scheduling.py",
        old="                halting.check(transaction.connection)\n",
        new="",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="who lost the database doubts that it is the same",
        file="shared/consuming.py",
        old="                self._vouched.doubt()\n",
        new="                pass\n",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="a part that ends since it lost the database doubts as well",
        file="shared/worker.py",
        old="                    self._vouched.doubt()\n",
        new="                    pass\n",
        tests=(_HALTED,),
    ),
    Mechanism(
        name="a doubt is answered by a later look alone",
        file="shared/vouching.py",
        old="self._answered = max(self._answered, doubts)",
        new="self._answered = max(self._doubts, doubts)",
        tests=(_HALTED,),
    ),
)
