"""Topics of a run on Kafka: made under a name of their own, and read back by a plain consumer."""

from __future__ import annotations

from kafka import KafkaConsumer, TopicPartition

from shared import ids
from shared.log import PARTITIONS
from shared.log.kafka import KafkaLog


def fresh(bootstrap: str) -> str:
    """The name of a new topic, shaped as the suite's own are."""
    topic = f"bench-{ids.new_id()[-12:]}"
    log = KafkaLog(bootstrap)
    try:
        log.create_topics([topic])
    finally:
        log.close()
    return topic


def values(bootstrap: str, topic: str) -> list[bytes]:
    """What every record of the topic says."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        found: list[bytes] = []
        while any((consumer.position(place) or 0) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=1_000).values():
                found += [record.value or b"" for record in records]
        return found
    finally:
        consumer.close()
