"""What the log promises, embedded and on Kafka alike."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from shared.log import Log, LogMisconfiguredError, LogRecord, LogUnavailableError
from shared.log.embedded import EmbeddedLog
from shared.log.kafka import KafkaLog


def read_all(log: Log, topic: str) -> list[tuple[str, bytes]]:
    reader = log.reader()
    try:
        places = [(topic, number) for number in range(12)]
        ends = reader.ends(places)
        reader.assign(dict.fromkeys(places, 0))
        found: list[LogRecord] = []
        while len(found) < sum(ends.values()):
            found += reader.poll(1_000, 10.0)
        return [((record.key or b"").decode(), record.value or b"") for record in found]
    finally:
        reader.close()


def test_records_of_one_key_are_read_in_the_order_of_appending(log: Log, prefix: str) -> None:
    topic = f"{prefix}order"
    log.create_topics([topic])
    sent = [(f"key {number % 5}", str(number).encode()) for number in range(500)]
    log.append(topic, sent[:200])
    log.append(topic, sent[200:])

    found = read_all(log, topic)

    assert sorted(found) == sorted(sent)
    for key in {key for key, _ in sent}:
        assert [v for k, v in found if k == key] == [v for k, v in sent if k == key]


def test_a_reader_goes_on_from_the_offset_it_is_given(log: Log, prefix: str) -> None:
    topic = f"{prefix}resume"
    log.create_topics([topic])
    log.append(topic, [("k", str(number).encode()) for number in range(10)])
    reader = log.reader()
    places = [(topic, number) for number in range(12)]
    (place,) = [place for place, end in reader.ends(places).items() if end]
    reader.assign({place: 7})

    found = reader.poll(10, 10.0)
    reader.close()

    assert [record.value for record in found] == [b"7", b"8", b"9"]
    assert [record.offset for record in found] == [7, 8, 9]


def test_a_waiting_reader_is_woken_by_a_new_record(log: Log, prefix: str) -> None:
    topic = f"{prefix}wake"
    log.create_topics([topic])
    reader = log.reader()
    reader.assign({(topic, number): 0 for number in range(12)})
    assert reader.poll(10, 0.3) == []
    log.append(topic, [("k", b"news")])

    found = reader.poll(10, 10.0)
    reader.close()

    assert [record.value for record in found] == [b"news"]


def test_a_file_that_was_made_anew_is_another_log_for_who_used_the_old_one(tmp_path: Path) -> None:
    used = EmbeddedLog(tmp_path / "log.db")
    used.create_topics(["topic"])
    used.append("topic", [("k", b"old")])
    for path in tmp_path.glob("log.db*"):
        path.unlink()
    another = EmbeddedLog(tmp_path / "log.db")
    another.create_topics(["topic"])

    used.append("topic", [("k", b"new")])

    assert used.identity("topic") == another.identity("topic")
    assert read_all(another, "topic") == [("k", b"new")]


def test_a_reader_that_is_assigned_anew_reads_the_file_that_is_there_now(tmp_path: Path) -> None:
    log = EmbeddedLog(tmp_path / "log.db")
    log.create_topics(["topic"])
    log.append("topic", [("k", b"old"), ("k", b"older")])
    place = ("topic", log.tail("topic")[0].partition)
    with closing(log.reader()) as reader:
        reader.assign({place: 2})
        for path in tmp_path.glob("log.db*"):
            path.unlink()
        another = EmbeddedLog(tmp_path / "log.db")
        another.create_topics(["topic"])
        another.append("topic", [("k", b"a"), ("k", b"b"), ("k", b"c")])

        assert reader.poll(10, 0.1) == []  # the offset was the old file's
        assert (reader.begins([place]), reader.ends([place])) == ({place: 0}, {place: 3})
        reader.assign({place: 0})
        assert [record.value for record in reader.poll(10, 1.0)] == [b"a", b"b", b"c"]


def test_an_append_that_failed_leaves_nothing_behind_and_the_next_one_goes_through(tmp_path: Path) -> None:
    log = EmbeddedLog(tmp_path / "log.db")
    log.create_topics(["topic"])
    with pytest.raises(AttributeError):
        log.append("topic", [("k", b"first"), (None, b"no key")])  # type: ignore[list-item]

    log.append("topic", [("k", b"second")])

    assert read_all(log, "topic") == [("k", b"second")]


def test_the_tail_is_the_last_record_of_each_partition(log: Log, prefix: str) -> None:
    topic = f"{prefix}tail"
    log.create_topics([topic])
    assert log.tail(topic) == []
    log.append(topic, [(f"key {number % 4}", str(number).encode()) for number in range(40)])

    tail = {record.partition: record.value for record in log.tail(topic)}
    last: dict[int, bytes] = {}
    reader = log.reader()
    reader.assign({(topic, number): 0 for number in range(12)})
    while sum(1 for _ in last) < len(tail) or set(last.values()) != set(tail.values()):
        for record in reader.poll(1_000, 10.0):
            last[record.partition] = record.value or b""
    reader.close()

    assert tail == last


def test_every_topic_has_an_identity_of_its_own(log: Log, prefix: str) -> None:
    topics = [f"{prefix}one", f"{prefix}two"]
    log.create_topics(topics)
    log.create_topics(topics)

    identities = {log.identity(topic) for topic in topics}

    assert len(identities) == 2
    assert identities == {log.identity(topic) for topic in topics}


def test_a_topic_that_is_not_there_is_said_by_name(log: Log, prefix: str) -> None:
    with pytest.raises(LogMisconfiguredError, match=f"{prefix}missing"):
        log.check_topics([f"{prefix}missing"])


def test_a_log_that_answers_has_no_trouble(log: Log) -> None:
    assert log.trouble() is None


def test_a_broker_that_is_not_there_is_trouble() -> None:
    assert KafkaLog("127.0.0.1:9").trouble() == "no broker takes a connection"


def test_an_embedded_topic_with_other_partitions_is_refused(tmp_path: Path, prefix: str) -> None:
    log = EmbeddedLog(tmp_path / "log.db")
    log.create_topics([f"{prefix}few"])
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection, connection:
        connection.execute("UPDATE topics SET partitions = 3")

    with pytest.raises(LogMisconfiguredError, match="3 partitions"):
        log.check_topics([f"{prefix}few"])


@pytest.mark.parametrize(
    ("partitions", "settings", "said"),
    [
        (3, {"retention.ms": "-1"}, "3 partitions"),
        (12, {"retention.ms": "86400000"}, "retention.ms=86400000"),
        (12, {"retention.ms": "-1", "retention.bytes": "1048576"}, "retention.bytes=1048576"),
        (12, {"retention.ms": "-1", "cleanup.policy": "compact"}, "cleanup.policy=compact"),
    ],
    ids=["partitions", "time", "size", "compaction"],
)
def test_a_kafka_topic_that_would_not_keep_everything_is_refused(
    kafka_bootstrap: str, prefix: str, partitions: int, settings: dict[str, str], said: str
) -> None:
    topic = f"{prefix}short"
    admin = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    wanted = {"num_partitions": partitions, "replication_factor": 1, "configs": settings}
    admin.create_topics({topic: wanted}, wait_for_metadata=True)
    admin.close()

    with pytest.raises(LogMisconfiguredError, match=said):
        KafkaLog(kafka_bootstrap).check_topics([topic])


def test_a_key_lies_where_any_client_of_kafka_would_put_it(kafka_bootstrap: str, prefix: str) -> None:
    """Else another program that writes or looks up by key would part what belongs together."""
    topic, keys = f"{prefix}keys", [f"municipality-{number}" for number in range(40)]
    log = KafkaLog(kafka_bootstrap)
    log.create_topics([topic])
    log.append(topic, [(key, b"ours") for key in keys])
    with closing(KafkaProducer(bootstrap_servers=kafka_bootstrap)) as producer:
        futures = [producer.send(topic, key=key.encode(), value=b"theirs") for key in keys]
        producer.flush()
        theirs = {key: future.value.partition for key, future in zip(keys, futures, strict=True)}

    reader = log.reader()
    reader.assign({(topic, number): 0 for number in range(12)})
    found: list[LogRecord] = []
    while len(found) < 2 * len(keys):
        found += reader.poll(1_000, 10.0)
    reader.close()
    log.close()

    ours = {(record.key or b"").decode(): record.partition for record in found if record.value == b"ours"}
    assert ours == theirs


def test_a_record_that_the_broker_refuses_is_not_taken_for_appended(
    kafka_bootstrap: str, prefix: str
) -> None:
    topic = f"{prefix}narrow"
    admin = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    wanted = {"num_partitions": 12, "replication_factor": 1, "configs": {"max.message.bytes": "1000"}}
    admin.create_topics({topic: wanted}, wait_for_metadata=True)
    admin.close()

    with closing(KafkaLog(kafka_bootstrap)) as log:
        with pytest.raises(LogUnavailableError, match="MessageSizeTooLarge"):
            log.append(topic, [("key", b"x" * 2_000)])
        assert read_all(log, topic) == []


def test_a_last_record_that_nobody_hands_over_is_not_waited_for_for_ever(
    kafka_bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.log.kafka._ANSWERED_WITHIN", 0.5)
    topic = f"{prefix}short"
    with closing(KafkaLog(kafka_bootstrap)) as log:
        log.create_topics([topic])
        log.append(topic, [("key", b"only")])
        place = (topic, log.tail(topic)[0].partition)
        never = pytest.raises(LogUnavailableError, match=f"Nobody hands over what was last in {topic}")
        with closing(log.reader()) as reader, never:
            reader.last(place, 2)
