"""The peer's writers, and who follows them: its own subscription, and a plain producer of Kafka."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kafka import KafkaProducer

from tests.bench.facts import facts
from tests.bench.peers import library


@contextmanager
def saving(url: str, each: int) -> Iterator[Callable[[], None]]:
    """Saves facts one by one, each a commit under the library's lock on its table (see `writing.Prepare`)."""
    with library.application(url, tables=False) as peer:
        asked, writer = list(facts(each)), library.Writer(peer, loads=False)
        peer.recorder.max_notification_id()  # opens the connection

        def work() -> None:
            for fact in asked:
                writer.save(fact)

        yield work


@contextmanager
def passing_on(url: str, bootstrap: str, topic: str) -> Iterator[Callable[[int, float], None]]:
    """Sends what is saved to `topic` as it comes; what it gives waits for so many, at most some seconds.

    The first line of each record is the id of the event: its stream and version.
    """
    done = threading.Condition()
    sent: list[int] = []
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0, batch_size=131_072
    )
    producer.partitions_for(topic)

    def wait(count: int, seconds: float) -> None:
        with done:
            done.wait_for(lambda: len(sent) >= count, seconds)
        producer.flush()

    with library.application(url) as peer, peer.recorder.subscribe(gt=None) as subscription:

        def follow() -> None:
            for notification in subscription:
                event_id = f"{notification.originator_id}:{notification.originator_version}".encode()
                producer.send(
                    topic,
                    key=str(notification.originator_id).encode(),
                    value=event_id + b"\n" + notification.state,
                )
                with done:
                    sent.append(notification.id)
                    done.notify_all()

        follower = threading.Thread(target=follow, name="follower")
        follower.start()
        try:
            yield wait
        finally:
            subscription.stop()
            follower.join()
            producer.close()
