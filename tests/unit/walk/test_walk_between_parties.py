"""A member with valid credentials against the others: what it can send, it may not turn on them."""

from datetime import timedelta

import pytest
from memory_world import MemoryWorld, search

from gateway.endpoint import replays
from gateway.envelope import peek_header
from gateway.exchange import HEADER_CODE, HEADER_PARTY, ingress_exchange
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.posting import Posting
from gateway.relay import carrier

pytestmark = pytest.mark.unit


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    made.settle()
    return made


def publish(world, party, octets, headers=None):
    link = world.broker.link(party)
    link.start()
    link.publish(
        token="x",
        exchange=ingress_exchange(party, Lane.ROUTINE),
        routing_key="",
        body=octets,
        headers=headers or {},
    )


def tell(world, sender, to, label):
    """``sender`` writes to another member; returns the octets."""
    message_id = world.seats[sender].endpoint.transact(
        lambda outgoing: outgoing.post(
            Posting(to=to, payload=search(label, outgoing.frame), lane=Lane.ROUTINE, answers=False)
        )
    )
    return world.look(sender, lambda unit: unit.evidence.sent([message_id])[message_id].octets)


def test_headers_that_a_member_wrote_are_not_taken_for_the_relay_s_when_the_broker_buries(world):
    world.broker.cut("USA-NCB")
    octets = tell(world, "FRA-NCB", "USA-NCB", "for the hostile one")
    world.settle()
    forged = {HEADER_PARTY: "FRA-NCB", HEADER_CODE: "relay.not-permitted"}
    publish(world, "USA-NCB", octets, forged)
    for _ in range(6):  # the relay dies each time that it has it
        world.broker.cut(RELAY_USER)
        world.broker.mend(RELAY_USER)
    world.settle()
    (letter,) = world.letters(REGISTRY_PARTY)
    assert letter.octets == octets
    assert letter.source == "relay:?"
    assert world.events("FRA-NCB", "refused") == []
    assert world.waiting("FRA-NCB") == 1


def test_a_message_that_breaks_the_relay_is_buried_and_does_not_end_it(world, monkeypatch):
    judge = carrier.judge

    def breaking(delivery, *rest):
        if delivery.body == b"poison":
            raise RecursionError("a defect of the reader")
        return judge(delivery, *rest)

    monkeypatch.setattr(carrier, "judge", breaking)
    publish(world, "USA-NCB", b"poison")
    world.ask("FRA-NCB", "neighbour")
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["neighbour"]
    (letter,) = world.letters(REGISTRY_PARTY)
    assert (letter.octets, letter.source) == (b"poison", "relay:USA-NCB")


def test_a_message_between_members_that_a_third_sends_too_is_not_told_to_be_refused(world):
    octets = tell(world, "FRA-NCB", "USA-NCB", "between us")
    publish(world, "USA-NCB", octets)  # its recipient has it, and sends it as its own
    world.until_quiet()
    assert [letter.code for letter in world.letters(REGISTRY_PARTY)] == ["relay.wrong-ingress"]
    assert world.events("FRA-NCB", "refused") == []
    assert world.effects("USA-NCB") == ["between us"]


def test_what_breaks_the_registry_s_look_at_the_dead_is_kept_all_the_same(world, monkeypatch):
    def breaking(*_, **__):
        raise RecursionError("a defect of the reader")

    monkeypatch.setattr(replays, "check_envelope", breaking)
    octets = tell(world, "FRA-NCB", "USA-NCB", "taken")
    world.settle()
    publish(world, "USA-NCB", octets)
    world.settle()
    (letter,) = world.letters(REGISTRY_PARTY)
    assert not letter.proven


def test_what_had_its_effect_is_not_told_to_be_refused_when_its_repeat_may_not_pass(world):
    hub = world.seats[REGISTRY_PARTY]
    publish_ = hub.link.publish

    def loses_answers(**message):
        if peek_header(message["body"]).message_type == "SEARCH_RESPONSE":
            message["exchange"] = "in.XPO-REGISTRY.nowhere"
        publish_(**message)

    hub.link.publish = loses_answers
    world.ask("FRA-NCB", "applied")
    world.settle()
    world.sends["FRA-NCB"] = frozenset({"RECEIPT"})
    world.directory = world.make_directory(2)
    world.pass_time(timedelta(seconds=30))  # it is sent again, and is not permitted any more
    hub.link.publish = publish_
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["applied"]
    assert len(world.effects("FRA-NCB")) == 1
    assert world.events("FRA-NCB", "refused") == []
