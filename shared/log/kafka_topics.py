"""What a topic must be like so that everything can be rebuilt from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.codec import MAXIMUM_SIZE
from shared.log import PARTITIONS, LogMisconfiguredError

_KEPT_FOR_EVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "message.timestamp.type": "CreateTime",
    "max.message.bytes": str(2 * MAXIMUM_SIZE),
}


def kept_for_ever(replication: int) -> dict[str, Any]:
    """How a topic is created with `replication` copies of each record; of three, two must be in step."""
    return {
        "num_partitions": PARTITIONS,
        "replication_factor": replication,
        "configs": _KEPT_FOR_EVER | {"min.insync.replicas": str(max(1, replication - 1))},
    }


def check_partitions(topic: str, described: Any) -> None:
    """Raise LogMisconfiguredError where the cluster describes no such topic, or one divided otherwise."""
    if described is None or described["error_code"]:
        message = f"Topic {topic} does not exist; `samvirke topics` creates it."
        raise LogMisconfiguredError(message)
    if len(described["partitions"]) != PARTITIONS:
        message = f"Topic {topic} has {len(described['partitions'])} partitions, not {PARTITIONS}."
        raise LogMisconfiguredError(message)


def check_settings(topic: str, configs: Mapping[Any, Any]) -> None:
    """Raise LogMisconfiguredError for a setting on which keeping everything depends.

    `configs` are settings by topic as the cluster describes them; sizes and timestamps may be set otherwise.
    """
    settings = next(iter(configs.values()))[topic]
    for name in ("cleanup.policy", "retention.ms", "retention.bytes"):
        value = str(settings[name]["value"]) if name in settings else None
        if value != _KEPT_FOR_EVER[name]:
            message = f"Topic {topic} has {name}={value}, must be {_KEPT_FOR_EVER[name]}."
            raise LogMisconfiguredError(message)
