"""What the link does when the broker dies, is full, or loses its folder."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from link_waits import DEADLINE_S, confirmed, deliveries, outcomes, start, take_until
from real_broker import RunningBroker, private_broker

from gateway.exchange import (
    Delivery,
    Link,
    LinkState,
    RabbitLink,
    Unconfirmed,
    definitions,
    ingress_exchange,
    ingress_queue,
    mailbox,
    mailbox_key,
)
from gateway.ids import RELAY_USER, Lane

pytestmark = pytest.mark.real

PARTY = "FRA-NCB"
SOON = timedelta(seconds=5)
URGENT = ingress_queue(PARTY, Lane.URGENT)


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """A node that these tests may break."""
    with private_broker(tmp_path_factory.mktemp("faults"), [PARTY, "USA-NCB"]) as broker:
        yield broker


@pytest.fixture
def sender(own_broker: RunningBroker) -> Iterator[RabbitLink]:
    link = RabbitLink(replace(own_broker.settings(PARTY), confirm_deadline=SOON))
    yield link
    link.stop(SOON)


@pytest.fixture
def reader(own_broker: RunningBroker) -> Iterator[RabbitLink]:
    link = RabbitLink(own_broker.settings(RELAY_USER), consume=[URGENT])
    yield link
    link.stop(SOON)


def publish(link: Link, *tokens: str) -> None:
    for token in tokens:
        link.publish(
            token=token,
            exchange=ingress_exchange(PARTY, Lane.URGENT),
            routing_key="",
            body=token.encode(),
        )


def find_all(reader: Link, wanted: set[bytes]) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    while not wanted <= set(found):
        lent = deliveries(reader, 1)
        found.update(each.body for each in lent)
        reader.ack(lent)
    return found


def halt(pid: int) -> None:
    """Returns when every thread stands still: a signal's effect comes later than its sending."""
    os.kill(pid, signal.SIGSTOP)
    ends = time.monotonic() + DEADLINE_S
    tasks = Path(f"/proc/{pid}/task")
    while {
        (each / "stat").read_text().rpartition(")")[2].split()[0] for each in tasks.iterdir()
    } != {"T"}:
        assert time.monotonic() < ends


def is_state(*, up: bool, blocked: bool = False) -> object:
    return lambda events: any(
        isinstance(event, LinkState) and event.up is up and event.blocked is blocked
        for event in events
    )


def test_a_broker_killed_while_publishing_loses_nothing_it_confirmed(own_broker, sender, reader):
    start(sender, reader)
    tokens = [f"k{number}" for number in range(3000)]
    publish(sender, *tokens)
    first = outcomes(sender, 50)
    own_broker.node.kill()
    told = first + outcomes(sender, len(tokens) - len(first))
    assert Counter(each.token for each in told) == Counter(tokens)
    assert any(isinstance(each, Unconfirmed) for each in told)
    own_broker.node.start(definitions([PARTY, "USA-NCB"]))
    lost = [each.token for each in told if isinstance(each, Unconfirmed)]
    while lost:
        publish(sender, *lost)
        lost = [each.token for each in outcomes(sender, len(lost)) if isinstance(each, Unconfirmed)]
    find_all(reader, {token.encode() for token in tokens})


def test_a_frozen_broker_is_noticed_by_the_deadline_and_recovered_from(own_broker, sender, reader):
    start(sender, reader)
    pid = own_broker.node.pid
    assert pid is not None
    halt(pid)
    try:
        publish(sender, "frozen")
        (told,) = outcomes(sender, 1)
        assert isinstance(told, Unconfirmed)
    finally:
        os.kill(pid, signal.SIGCONT)
    confirmed(sender, lambda: publish(sender, "thawed"), "thawed")
    find_all(reader, {b"thawed"})


def test_an_alarm_blocks_the_sender_who_says_so_and_goes_on_after_it(own_broker, sender, reader):
    start(sender, reader)
    own_broker.node.control("set_vm_memory_high_watermark", "0.00001")
    try:
        publish(sender, "during")
        take_until(sender, is_state(up=True, blocked=True))
        (told,) = outcomes(sender, 1)
        assert isinstance(told, Unconfirmed)
    finally:
        own_broker.node.control("set_vm_memory_high_watermark", "0.4")
    take_until(sender, is_state(up=True))
    confirmed(sender, lambda: publish(sender, "after"), "after")
    find_all(reader, {b"after"})


def test_a_deleted_mailbox_is_told_and_read_again_once_it_is_back(own_broker):
    box = mailbox("USA-NCB", Lane.BULK)
    relay, party = (
        RabbitLink(own_broker.settings(RELAY_USER)),
        RabbitLink(own_broker.settings("USA-NCB"), consume=[box]),
    )
    try:
        start(relay, party)
        own_broker.node.control("delete_queue", "-p", "iarms", box)
        take_until(
            party,
            lambda events: any(
                isinstance(event, LinkState) and box in event.detail for event in events
            ),
        )
        own_broker.node.import_definitions(definitions([PARTY, "USA-NCB"]))
        relay.publish(
            token="1", exchange="out", routing_key=mailbox_key("USA-NCB", Lane.BULK), body=b"back"
        )
        lent = deliveries(party, 1)
        assert [each.body for each in lent] == [b"back"]
        party.ack(lent)
    finally:
        relay.stop(SOON)
        party.stop(SOON)


def test_a_party_enrolled_while_running_is_served_and_a_removed_one_is_cut_off(own_broker):
    newcomer = RabbitLink(own_broker.settings("BRA-NCB"))
    newcomer.start()
    take_until(
        newcomer,
        lambda events: any(
            isinstance(event, LinkState) and "certificate-refused" in event.detail
            for event in events
        ),
    )
    try:
        own_broker.node.import_definitions(definitions([PARTY, "USA-NCB", "BRA-NCB"]))
        exchange = ingress_exchange("BRA-NCB", Lane.URGENT)
        words = {"exchange": exchange, "routing_key": "", "body": b"first words"}
        confirmed(newcomer, lambda: newcomer.publish(token="1", **words), "1")
        own_broker.node.import_definitions(definitions([PARTY, "USA-NCB"]))
        take_until(newcomer, is_state(up=False))
        own_broker.node.stop()
        own_broker.node.start(definitions([PARTY, "USA-NCB"]))
        assert "BRA-NCB" not in own_broker.node.control("list_users")
    finally:
        newcomer.stop(SOON)


def test_a_broker_that_lost_its_folder_comes_back_empty_and_the_links_with_it(
    own_broker, sender, reader, tmp_path
):
    start(sender, reader)
    confirmed(sender, lambda: publish(sender, "gone"), "gone")
    find_all(reader, {b"gone"})
    own_broker.node.kill()
    shutil.move(tmp_path_data(own_broker), tmp_path / "lost")
    own_broker.node.start(definitions([PARTY, "USA-NCB"]))
    confirmed(sender, lambda: publish(sender, "new"), "new")
    events = take_until(reader, lambda events: any(isinstance(e, Delivery) for e in events))
    assert {e.body for e in events if isinstance(e, Delivery)} == {b"new"}
    reader.ack([e for e in events if isinstance(e, Delivery)])


def tmp_path_data(broker: RunningBroker) -> str:
    return str(broker.tls.path.parent / "broker" / "data")
