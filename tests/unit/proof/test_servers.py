"""When the brokers of a trial are whole again after one of them was killed or replaced."""

from __future__ import annotations

from types import SimpleNamespace as Told
from typing import Any

from deploy.proof.servers import not_in_step
from deploy.samvirke.suite import TOPICS


def cluster(*, brokers: int = 3, others: dict[str, Any] | None = None, **first: Any) -> Any:
    """The metadata of a cluster; `first` says how the first topic's partition differs from a good one."""
    good = {"id": 0, "leader": 1, "replicas": [1, 2, 3], "isrs": [1, 2, 3]}
    topics = {name: topic(**good) for name in TOPICS}
    topics[TOPICS[0]] = topic(**good | first)
    return Told(brokers=dict.fromkeys(range(brokers)), topics=topics | (others or {}))


def topic(**partition: Any) -> Any:
    return Told(partitions={partition["id"]: Told(**partition)})


def test_a_whole_cluster_is_in_step() -> None:
    assert not_in_step(cluster(), 3) == ""


def test_a_broker_that_is_away_and_a_copy_that_lags_are_named() -> None:
    told = not_in_step(cluster(brokers=2, isrs=[2, 1]), 3)

    assert told == f"1 brokers are away; 1 partitions, as {TOPICS[0]}/0 led by 1, in step [1, 2]"


def test_so_is_a_partition_without_a_leader() -> None:
    assert "led by -1" in not_in_step(cluster(leader=-1), 3)


def test_so_is_a_topic_that_a_broker_that_has_just_begun_does_not_know() -> None:
    told = cluster()
    del told.topics[TOPICS[1]]

    assert not_in_step(told, 3) == f"{TOPICS[1]} is not known yet"


def test_what_kafka_keeps_for_itself_is_not_waited_for() -> None:
    lost = topic(id=0, leader=-1, replicas=[3], isrs=[])

    assert not_in_step(cluster(others={"__consumer_offsets": lost}), 3) == ""
