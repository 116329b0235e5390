"""What every link must do, held against both brokers."""

# ruff: noqa: S107 - a token names a message here and is no secret

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from link_waits import deliveries, outcomes, start, take_until

from gateway.exchange import (
    MAX_MESSAGE_OCTETS,
    RETURNED,
    Confirmed,
    Delivery,
    Link,
    LinkState,
    Unconfirmed,
    dead_queue,
    ingress_exchange,
    ingress_queue,
    mailbox,
    mailbox_key,
    mailboxes,
)
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane

DRAIN = timedelta(seconds=5)


def post(
    link: Link, party: str, body: bytes, *, token: str = "1", lane: Lane = Lane.ROUTINE
) -> None:
    link.publish(token=token, exchange=ingress_exchange(party, lane), routing_key="", body=body)


def put(
    link: Link, party: str, body: bytes, *, token: str = "1", lane: Lane = Lane.ROUTINE
) -> None:
    link.publish(token=token, exchange="out", routing_key=mailbox_key(party, lane), body=body)


def test_a_published_message_is_confirmed_and_lies_in_the_ingress_of_its_party(world):
    party = world.party()
    sender, relay = world.link(party), world.link(RELAY_USER, [ingress_queue(party, Lane.ROUTINE)])
    start(sender, relay)
    post(sender, party, b"sealed")
    assert outcomes(sender, 1) == [Confirmed(token="1")]
    (delivery,) = deliveries(relay, 1)
    assert (delivery.queue, delivery.body) == (ingress_queue(party, Lane.ROUTINE), b"sealed")
    relay.ack([delivery])


def test_octets_and_headers_arrive_as_they_were_sent(world):
    party = world.party()
    body = bytes(range(256)) * 4096
    relay, reader = world.link(RELAY_USER), world.link(party, mailboxes(party))
    start(relay, reader)
    relay.publish(
        token="1",
        exchange="out",
        routing_key=mailbox_key(party, Lane.URGENT),
        body=body,
        headers={"iarms-party": "FRA-NCB", "text": "é"},
    )
    (delivery,) = deliveries(reader, 1)
    assert delivery.body == body
    assert dict(delivery.headers) == {"iarms-party": "FRA-NCB", "text": "é"}
    assert not delivery.redelivered
    reader.ack([delivery])


def test_a_message_that_no_mailbox_takes_is_returned(world):
    relay = world.link(RELAY_USER)
    start(relay)
    put(relay, "ZZZ-NOWHERE", b"sealed")
    (outcome,) = outcomes(relay, 1)
    assert isinstance(outcome, Unconfirmed)
    assert outcome.reason.startswith(RETURNED)


def test_a_publisher_that_is_refused_goes_on_with_what_it_may(world):
    party, other = world.party(), world.party()
    sender = world.link(party)
    start(sender)
    post(sender, other, b"forged", token="forged")
    (refused,) = outcomes(sender, 1)
    assert refused.token == "forged"
    assert isinstance(refused, Unconfirmed)
    assert refused.reason.startswith("refused")
    post(sender, party, b"sealed", token="own")
    assert outcomes(sender, 1) == [Confirmed(token="own")]


def test_a_message_too_large_is_refused_before_it_is_sent(world):
    party = world.party()
    sender = world.link(party)
    start(sender)
    post(sender, party, bytes(MAX_MESSAGE_OCTETS + 1), token="large")
    post(sender, party, b"small", token="small")
    told = {outcome.token: type(outcome) for outcome in outcomes(sender, 2)}
    assert told == {"large": Unconfirmed, "small": Confirmed}


def test_what_is_published_before_the_link_is_up_is_sent_when_it_is(world):
    party = world.party()
    sender = world.link(party)
    post(sender, party, b"early")
    start(sender)
    # ``start`` may have taken the outcome already: a second one shows that the line is empty.
    post(sender, party, b"later", token="2")
    assert Confirmed(token="2") in take_until(sender, lambda events: Confirmed(token="2") in events)


def test_what_was_not_acknowledged_is_delivered_again_to_the_next_link(world):
    party = world.party()
    relay, first = world.link(RELAY_USER), world.link(party, mailboxes(party))
    start(relay, first)
    for number in range(3):
        put(relay, party, b"%d" % number, token=str(number))
    lent = deliveries(first, 3)
    first.ack(lent[:1])
    first.stop(DRAIN)
    second = world.link(party, mailboxes(party))
    start(second)
    again = deliveries(second, 2)
    assert sorted(each.body for each in again) == [b"1", b"2"]
    assert all(each.redelivered for each in again)
    second.ack(again)


def test_an_acknowledgement_for_a_lost_connection_is_passed_over(world):
    party = world.party()
    relay, reader = world.link(RELAY_USER), world.link(party, mailboxes(party))
    start(relay, reader)
    put(relay, party, b"sealed")
    (lent,) = deliveries(reader, 1)
    world.cut(party)
    (again,) = deliveries(reader, 1)
    assert again.redelivered
    reader.ack([lent])
    reader.reject(lent, requeue=True)
    reader.ack([again])
    put(relay, party, b"next", token="2")
    (following,) = deliveries(reader, 1)
    assert following.body == b"next"
    reader.ack([following])


def test_a_rejected_message_comes_again_or_lies_with_the_dead(world):
    party = world.party()
    relay, reader = world.link(RELAY_USER), world.link(party, mailboxes(party))
    hub = world.link(REGISTRY_PARTY, [dead_queue()])
    start(relay, reader, hub)
    put(relay, party, b"poison")
    (lent,) = deliveries(reader, 1)
    reader.reject(lent, requeue=True)
    (again,) = deliveries(reader, 1)
    assert again.redelivered
    reader.reject(again, requeue=False)
    dead = [each for each in deliveries(hub, 1) if each.body == b"poison"]
    assert dead[0].headers["x-first-death-queue"] == mailbox(party, Lane.ROUTINE)
    assert dead[0].headers["x-first-death-reason"] == "rejected"
    hub.ack(dead)


def test_a_message_that_kills_its_reader_again_and_again_ends_with_the_dead(world):
    party = world.party()
    relay, reader = world.link(RELAY_USER), world.link(party, mailboxes(party))
    hub = world.link(REGISTRY_PARTY, [dead_queue()])
    start(relay, reader, hub)
    put(relay, party, b"crasher")
    for _ in range(6):
        (lent,) = deliveries(reader, 1)
        reader.reject(lent, requeue=True)
    dead = [each for each in deliveries(hub, 1) if each.body == b"crasher"]
    assert dead[0].headers["x-first-death-reason"] == "delivery_limit"
    hub.ack(dead)


def test_a_bulk_reader_holds_a_few_messages_only(world):
    party = world.party()
    relay, reader = world.link(RELAY_USER), world.link(party, mailboxes(party))
    start(relay)
    for number in range(40):
        put(relay, party, b"bulk", token=str(number), lane=Lane.BULK)
    assert len(outcomes(relay, 40)) == 40
    start(reader)
    lent = deliveries(reader, 20)
    assert len(lent) == 20
    put(relay, party, b"urgent", token="urgent", lane=Lane.URGENT)
    (urgent,) = deliveries(reader, 1)
    assert urgent.body == b"urgent"
    reader.ack([urgent, *lent])
    reader.ack(deliveries(reader, 20))


def test_acknowledgements_in_any_order_leave_nothing_behind(world):
    party = world.party()
    relay, reader = world.link(RELAY_USER), world.link(party, mailboxes(party))
    start(relay, reader)
    for number in range(30):
        put(relay, party, b"%d" % number, token=str(number), lane=Lane.URGENT)
    lent = deliveries(reader, 30)
    for each in (*lent[1::2], *lent[-2::-2]):
        reader.ack([each])
    reader.stop(DRAIN)
    second = world.link(party, mailboxes(party))
    start(second)
    put(relay, party, b"last", token="last", lane=Lane.URGENT)
    (only,) = deliveries(second, 1)
    assert only.body == b"last"
    second.ack([only])


def test_a_queue_can_be_subscribed_to_later(world):
    party = world.party()
    relay, reader = world.link(RELAY_USER), world.link(party)
    start(relay, reader)
    reader.subscribe([mailbox(party, Lane.URGENT)])
    put(relay, party, b"sealed", lane=Lane.URGENT)
    (delivery,) = deliveries(reader, 1)
    assert delivery.body == b"sealed"
    reader.ack([delivery])


def test_a_queue_that_is_missing_is_told_and_the_others_are_served(world):
    party = world.party()
    relay = world.link(RELAY_USER)
    reader = world.link(party, ["out.NOB-ODY.urgent.1", mailbox(party, Lane.URGENT)])
    start(relay)
    put(relay, party, b"sealed", lane=Lane.URGENT)
    reader.start()
    events = take_until(
        reader,
        lambda events: (
            any(isinstance(e, Delivery) for e in events)
            and any(isinstance(e, LinkState) and e.up for e in events)
        ),
    )
    told = [e for e in events if isinstance(e, LinkState) and e.up]
    assert "NOT_FOUND" in told[-1].detail
    reader.ack([e for e in events if isinstance(e, Delivery)])


def test_a_queue_of_somebody_else_is_not_read(world):
    party, other = world.party(), world.party()
    relay = world.link(RELAY_USER)
    thief = world.link(party, [mailbox(other, Lane.URGENT), mailbox(party, Lane.URGENT)])
    start(relay)
    put(relay, other, b"secret", token="1", lane=Lane.URGENT)
    put(relay, party, b"own", token="2", lane=Lane.URGENT)
    assert len(outcomes(relay, 2)) == 2
    thief.start()
    events = take_until(
        thief,
        lambda events: (
            any(isinstance(e, Delivery) for e in events)
            and any(isinstance(e, LinkState) and "ACCESS_REFUSED" in e.detail for e in events)
        ),
    )
    # A connection that was lost meanwhile brings the own one again; the other's never comes.
    assert {e.body for e in events if isinstance(e, Delivery)} == {b"own"}


def test_every_token_has_one_outcome_also_when_the_connection_breaks(world):
    party = world.party()
    sender, relay = world.link(party), world.link(RELAY_USER, [ingress_queue(party, Lane.ROUTINE)])
    start(sender, relay)
    tokens = [str(number) for number in range(1000)]
    for token in tokens[:500]:
        post(sender, party, token.encode(), token=token)
    world.cut(party)
    for token in tokens[500:]:
        post(sender, party, token.encode(), token=token)
    told = outcomes(sender, len(tokens))
    assert Counter(outcome.token for outcome in told) == Counter(tokens)
    confirmed = {outcome.token.encode() for outcome in told if isinstance(outcome, Confirmed)}
    found: set[bytes] = set()
    while not confirmed <= found:
        lent = deliveries(relay, 1)
        found |= {each.body for each in lent}
        relay.ack(lent)


def test_a_stop_waits_for_the_confirms_of_what_was_published(world):
    party = world.party()
    sender = world.link(party)
    start(sender)
    tokens = {str(number) for number in range(300)}
    for token in tokens:
        post(sender, party, b"sealed", token=token)
    sender.stop(DRAIN)
    told = outcomes(sender, len(tokens))
    assert {outcome.token for outcome in told if isinstance(outcome, Confirmed)} == tokens


def test_waking_ends_a_take_that_waits(world):
    link = world.link(world.party())
    start(link)
    threading.Timer(0.05, link.wake).start()
    began = time.monotonic()
    assert link.take(limit=10, timeout=timedelta(minutes=10)) == []
    assert time.monotonic() - began < 300


def test_a_take_without_waiting_returns_at_once(world):
    link = world.link(world.party())
    start(link)
    assert link.take(limit=10, timeout=timedelta(0)) == []


@pytest.mark.parametrize("limit", [1, 7])
def test_a_take_returns_no_more_than_its_limit(world, limit):
    party = world.party()
    sender = world.link(party)
    start(sender)
    for number in range(10):
        post(sender, party, b"sealed", token=str(number))
    seen = 0
    while seen < 10:
        events = sender.take(limit=limit, timeout=timedelta(seconds=30))
        assert len(events) <= limit
        seen += len(events)
