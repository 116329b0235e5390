"""A party that writes beside its message what no reader of AMQP expects.

The relay takes such a message first, then the broker buries it and the registry's hub takes it:
neither may lose its connection over it, for it would come again.
"""

from __future__ import annotations

import contextlib
import struct
from datetime import timedelta
from typing import Any

import pika
import pika.exceptions
import pytest
from link_waits import deliveries, start, take_until
from real_broker import RunningBroker, fresh_party
from test_hostile_party import parameters

from gateway.exchange import (
    LinkState,
    RabbitLink,
    dead_queue,
    ingress_exchange,
    ingress_queue,
)
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore:BlockingConnection:DeprecationWarning"),
]

SOON = timedelta(seconds=10)


class Raw(pika.BasicProperties):  # type: ignore[misc] # pika ships no py.typed
    """A header table of the sender's own making."""

    def __init__(self, table: bytes) -> None:
        super().__init__()
        self._table = table

    def encode(self) -> list[bytes]:
        flags = struct.pack(">H", self.FLAG_HEADERS)
        return [flags, struct.pack(">I", len(self._table)) + self._table]


def entry(name: bytes, value: bytes) -> bytes:
    return struct.pack("B", len(name)) + name + value


def text(value: bytes) -> bytes:
    return b"S" + struct.pack(">I", len(value)) + value


def nested(depth: int) -> bytes:
    value = b"V"
    for _ in range(depth):
        value = b"A" + struct.pack(">I", len(value)) + value
    return value


TABLES = {
    "a time after the last year": entry(b"t", b"T" + b"\xff" * 8),
    "lists in lists": entry(b"n", nested(5_000)),
    "a name that is no text": entry(b"\xff\xfe", text(b"x")),
    "a text that is none": entry(b"iarms-party", text(b"\xff\xfe")),
    "a number for a word": entry(b"x-first-death-queue", b"I\x00\x00\x00\x01"),
}


def send(broker: RunningBroker, party: str, table: bytes, body: bytes) -> None:
    connection = pika.BlockingConnection(parameters(broker.settings(party)))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(ingress_exchange(party, Lane.ROUTINE), "", body, Raw(table))
    with contextlib.suppress(pika.exceptions.AMQPError):
        connection.close()


def is_lost(events: list[Any]) -> bool:
    return any(isinstance(event, LinkState) and not event.up for event in events)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_strange_headers_cost_neither_the_relay_nor_the_registry_its_connection(real_broker, table):
    party = fresh_party()
    send(real_broker, party, table, b"strange")
    relay = RabbitLink(
        real_broker.settings(RELAY_USER), consume=[ingress_queue(party, Lane.ROUTINE)]
    )
    registry = RabbitLink(real_broker.settings(REGISTRY_PARTY), consume=[dead_queue()])
    try:
        start(relay)
        (came,) = deliveries(relay, 1)
        assert came.body == b"strange"
        assert all(isinstance(word, str) for pair in came.headers.items() for word in pair)
        relay.reject(came, requeue=False)  # as when it came back too often
        start(registry)
        events = take_until(
            registry, lambda seen: any(getattr(e, "body", b"") == b"strange" for e in seen)
        )
        assert not is_lost(events)
        (buried,) = [event for event in events if getattr(event, "body", b"") == b"strange"]
        registry.ack([buried])
        # Nobody takes it for the relay's word, whatever its sender wrote.
        assert any(name.startswith("x-") for name in buried.headers)
    finally:
        relay.stop(SOON)
        registry.stop(SOON)
