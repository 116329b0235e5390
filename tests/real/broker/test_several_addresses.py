"""A link that knows several nodes of its broker goes on at another within a second."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from link_waits import start, take_until
from real_broker import fresh_party

from gateway.campaign import Lines
from gateway.exchange import (
    Address,
    BrokerUnreachableError,
    Confirmed,
    LinkState,
    RabbitLink,
    ingress_exchange,
    look_at_queues,
    mailbox,
)
from gateway.ids import Lane

pytestmark = pytest.mark.real

FLOWS_S = 1.0
GRACE_S = 10.0  # the machine of the test may be busy


@pytest.fixture
def lines() -> Iterator[Lines]:
    made = Lines()
    yield made
    made.close()


@pytest.fixture
def nobody() -> Iterator[Address]:
    """An address at which nobody listens, and nobody will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield Address("localhost", int(held.getsockname()[1]))


def publish_until_confirmed(link: RabbitLink, party: str, token: str) -> None:
    exchange = ingress_exchange(party, Lane.ROUTINE)
    link.publish(token=token, exchange=exchange, routing_key="", body=b"flows")
    take_until(link, lambda events: Confirmed(token=token) in events)


def test_a_node_that_dies_costs_less_than_a_second(real_broker, lines):
    party = fresh_party()
    first, second = (
        lines.of(f"{party} 1", real_broker.node.port),
        lines.of(f"{party} 2", real_broker.node.port),
    )
    settings = replace(
        real_broker.settings(party),
        port=first.port,
        others=(Address("localhost", second.port),),
        # So long a wait would show if the other node were not tried at once.
        reconnect_longest=timedelta(seconds=30),
    )
    link = RabbitLink(settings, consume=[mailbox(party, Lane.ROUTINE)], jitter=lambda: 0.0)
    start(link)
    try:
        took = []
        for dies, lives in ((first, second), (second, first), (first, second)):
            lines.do(lambda lives=lives: lives.change())
            lines.do(lambda dies=dies: dies.change(refuses=True))
            lines.do(dies.cut)
            begun = time.monotonic()
            take_until(
                link, lambda events: any(isinstance(e, LinkState) and not e.up for e in events)
            )
            take_until(link, lambda events: any(isinstance(e, LinkState) and e.up for e in events))
            publish_until_confirmed(link, party, f"{begun}")
            took.append(time.monotonic() - begun)
        assert min(took) < FLOWS_S + GRACE_S
    finally:
        link.stop(timedelta(seconds=2))


def test_a_link_begins_although_the_first_nodes_are_away(real_broker, nobody):
    party = fresh_party()
    known = real_broker.settings(party)
    settings = replace(known, port=nobody.port, others=(nobody, Address(known.host, known.port)))
    begun = time.monotonic()
    link = RabbitLink(settings, jitter=lambda: 0.0)
    start(link)
    try:
        assert time.monotonic() - begun < FLOWS_S + GRACE_S
    finally:
        link.stop(timedelta(seconds=2))
    look = look_at_queues(settings, [mailbox(party, Lane.ROUTINE)], timeout=timedelta(seconds=60))
    assert [depth.absent for depth in look] == [""]


def test_where_no_node_answers_it_is_said(real_broker, nobody):
    settings = replace(real_broker.settings("TST-00"), port=nobody.port, others=(nobody,))
    with pytest.raises(BrokerUnreachableError) as caught:
        look_at_queues(settings, [mailbox("TST-00", Lane.ROUTINE)], timeout=timedelta(seconds=60))
    assert str(nobody.port) in str(caught.value.place)
