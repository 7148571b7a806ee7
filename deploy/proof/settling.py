"""After the faults: wait until everything has arrived, and let the suite compare its read models."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from deploy.proof.processes import start_command
from deploy.samvirke import suite
from deploy.samvirke.said import told
from shared import progress
from shared.database import AWAY
from shared.log import LogUnavailableError
from shared.opening import open_log
from shared.settings import Settings

_SETTLED = 180.0
_ASK_AGAIN = 0.5


def settle(settings: Settings, seconds: float = _SETTLED) -> None:
    """Wait until everything has arrived everywhere; raises TimeoutError when it does not.

    Servers that were broken a moment ago may not answer yet: they are asked again until `seconds` are over.
    """
    until = time.monotonic() + seconds
    why = ""
    while (left := until - time.monotonic()) > 0:
        try:
            if _settled(settings, left):
                return
            why = "something is still on its way"
        except (LogUnavailableError, *AWAY) as error:
            why, _ = told(error)
            time.sleep(_ASK_AGAIN)
    message = f"not everything had arrived {seconds:.0f} seconds after the last fault: {why}"
    raise TimeoutError(message)


def _settled(settings: Settings, seconds: float) -> bool:
    log = open_log(settings)
    services = [(one.open_store(settings), one.consumers) for one in suite.SERVICES.values()]
    try:
        return progress.wait_until_settled(services, log, seconds)
    finally:
        log.close()
        for store, _ in services:
            store.database.close()


def differences(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """What `samvirke verify` says is not as the events say."""
    output = settings.data / "verify.json"
    ended = start_command(["verify", "--json"], environment, output=output).wait(3_600)
    told = json.loads(output.read_text())
    found = [f"{finding['service']} {finding['code']}: {finding['what']}" for finding in told["findings"]]
    if not found and (ended is None or ended.status != 0):
        found.append(f"samvirke verify ended with {ended}")
    return found
