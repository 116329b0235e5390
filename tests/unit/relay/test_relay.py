"""The relay over a broker in memory: what it carries, what it refuses, what a crash leaves."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import structlog

from gateway.envelope import Draft, seal
from gateway.exchange import (
    AGAIN_EXCHANGE,
    HEADER_AT,
    HEADER_CODE,
    HEADER_LANE,
    HEADER_PARTY,
    HEADER_PROVEN,
    OUT_EXCHANGE,
    Confirmed,
    Delivery,
    MemoryBroker,
    MemoryLink,
    dead_queue,
    definitions,
    ingress_exchange,
    ingress_queue,
    mailbox,
    mailboxes,
)
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.relay import PATIENCE, Relay, serve
from keys import Directory, DirectoryMissingError, Identity, entry_for

pytestmark = pytest.mark.unit

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PARTIES = ("FRA-NCB", "USA-NCB", "NLD-CUSTOMS", REGISTRY_PARTY)
TYPE = "SEARCH_REQUEST"


class RelayWorld:
    """Parties with keys, a directory, a broker in memory and a relay; time stands until moved."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        self.now = NOW
        self.identities = {
            party: Identity.generate(party, random=self.chance.randbytes)
            for party in (*PARTIES, "BRA-NCB")
        }
        self.directory: Directory | None = self.make_directory(version=3)
        self.broker = MemoryBroker(definitions(PARTIES))
        self.link = self.new_link()
        self.relay = self.new_relay()
        self.hub = self.start(REGISTRY_PARTY, dead_queue())

    def make_directory(self, *, version: int, sends: tuple[str, ...] = (TYPE,)) -> Directory:
        entries = {
            party: entry_for(
                self.identities[party],
                sends=frozenset(sends),
                valid_from=NOW - timedelta(days=1),
            )
            for party in PARTIES
        }
        return Directory(
            version=version,
            issued=NOW - timedelta(days=1),
            expires=NOW + timedelta(days=9),
            digest=bytes(32),
            parties=entries,
        )

    def directory_now(self, now: datetime) -> Directory:
        if self.directory is None or now >= self.directory.expires:
            raise DirectoryMissingError("no directory")
        return self.directory

    def new_link(self) -> MemoryLink:
        link = self.broker.link(RELAY_USER)
        link.start()
        return link

    def new_relay(self) -> Relay:
        relay = Relay(
            self.link,
            directory=self.directory_now,
            jitter=lambda: 1.0,
            log=structlog.get_logger(),
        )
        relay.follow_directory(self.now)
        return relay

    def start(self, user: str, *queues: str) -> MemoryLink:
        link = self.broker.link(user, consume=queues)
        link.start()
        return link

    def sealed(
        self,
        *to: str,
        sender: str = "FRA-NCB",
        lane: Lane = Lane.ROUTINE,
        message_type: str = TYPE,
        directory_version: int = 3,
    ) -> bytes:
        draft = Draft(
            message_id=str(UUID(bytes=self.chance.randbytes(16), version=4)),
            message_type=message_type,
            created=self.now,
            expires=self.now + timedelta(days=1),
            lane=lane,
            in_reply_to=None,
            directory_version=directory_version,
            schema="urn:iarms:exchange:payload:1",
        )
        directory = self.make_directory(version=3)
        recipients = [
            (
                directory.recipient(party)
                if party in PARTIES
                else replace(directory.recipient(PARTIES[0]), party=party),
                1,
            )
            for party in to
        ]
        return seal(
            b'<SearchRequest xmlns="urn:iarms:exchange:payload:1"/>',
            draft,
            by=self.identities[sender],
            to=recipients,
            random=self.chance.randbytes,
        )

    def post(self, body: bytes, *, through: str = "FRA-NCB", lane: Lane = Lane.ROUTINE) -> None:
        link = self.start(through)
        link.publish(token="t", exchange=ingress_exchange(through, lane), routing_key="", body=body)
        assert Confirmed(token="t") in link.take(limit=10, timeout=timedelta(0))

    def run(self, *, moving: timedelta = timedelta(0)) -> None:
        """Step until nothing happens any more, then once more after ``moving``."""
        self._settle()
        if moving:
            self.now += moving
            self.relay.step([], self.now)
            self._settle()

    def _settle(self) -> None:
        while events := self.link.take(limit=100, timeout=timedelta(0)):
            self.relay.step(events, self.now)

    def mail(self, party: str) -> list[bytes]:
        link = self.start(party, *mailboxes(party))
        got = [e for e in link.take(limit=100, timeout=timedelta(0)) if isinstance(e, Delivery)]
        link.ack(got)
        link.stop(timedelta(0))
        return [delivery.body for delivery in got]

    def dead(self) -> list[Delivery]:
        """All that is dead by now: the broker lends no more of it at once than the lane allows."""
        dead: list[Delivery] = []
        while events := self.hub.take(limit=100, timeout=timedelta(0)):
            got = [event for event in events if isinstance(event, Delivery)]
            self.hub.ack(got)
            dead += got
        return dead

    def left_in_ingress(self, party: str = "FRA-NCB", lane: Lane = Lane.ROUTINE) -> int:
        """What is not acknowledged: it comes back when the relay's link ends."""
        self.broker.cut(RELAY_USER)
        return self.broker.depth(ingress_queue(party, lane))


@pytest.fixture
def world() -> RelayWorld:
    return RelayWorld()


def refused(world: RelayWorld) -> tuple[str, str, str]:
    (letter,) = world.dead()
    return letter.headers[HEADER_CODE], letter.headers[HEADER_PROVEN], letter.headers[HEADER_PARTY]


class TestCarrying:
    def test_a_message_comes_out_octet_for_octet_and_is_acknowledged(self, world):
        body = world.sealed("USA-NCB")
        world.post(body)
        world.run()
        assert world.mail("USA-NCB") == [body]
        assert world.dead() == []
        assert world.left_in_ingress() == 0
        assert world.relay.is_idle

    def test_every_recipient_gets_a_copy_and_nobody_else(self, world):
        body = world.sealed("USA-NCB", REGISTRY_PARTY)
        world.post(body)
        world.run()
        assert [world.mail(party) for party in PARTIES[:3]] == [[], [body], []]
        assert world.mail(REGISTRY_PARTY) == [body]

    @pytest.mark.parametrize("lane", list(Lane))
    def test_a_message_stays_in_its_lane(self, world, lane):
        world.post(world.sealed("USA-NCB", lane=lane), lane=lane)
        world.run()
        assert world.broker.depth(mailbox("USA-NCB", lane)) == 1

    def test_an_urgent_message_overtakes_what_waits(self, world):
        world.broker.cut(RELAY_USER)
        for lane in (Lane.BULK, Lane.ROUTINE, Lane.URGENT):
            world.post(world.sealed("USA-NCB", lane=lane), lane=lane)
        world.broker.mend(RELAY_USER)
        # Bulk does not come together with something urgent.
        events = [
            event for _ in range(2) for event in world.link.take(limit=100, timeout=timedelta(0))
        ]
        queues = [event.queue for event in events if isinstance(event, Delivery)]
        assert queues == [ingress_queue("FRA-NCB", lane) for lane in Lane]

    def test_a_party_of_a_newer_directory_is_served_without_a_restart(self, world):
        world.broker.import_definitions(definitions([*PARTIES, "BRA-NCB"]))
        directory = world.make_directory(version=4)
        newcomer = entry_for(
            world.identities["BRA-NCB"], sends=frozenset({TYPE}), valid_from=NOW - timedelta(days=1)
        )
        world.directory = replace(directory, parties={**directory.parties, "BRA-NCB": newcomer})
        body = world.sealed("USA-NCB", sender="BRA-NCB", directory_version=4)
        world.post(body, through="BRA-NCB")
        world.relay.follow_directory(world.now)
        world.run()
        assert world.mail("USA-NCB") == [body]


class TestRefusing:
    def test_a_flipped_octet_is_refused_and_nobody_is_told(self, world):
        body = bytearray(world.sealed("USA-NCB"))
        body[len(body) // 2] ^= 1
        world.post(bytes(body))
        world.run()
        assert refused(world) == ("envelope.refused", "no", "FRA-NCB")
        assert world.mail("USA-NCB") == []
        assert world.left_in_ingress() == 0

    @pytest.mark.parametrize("body", [b"", b"<Envelope/>", bytes(2000)])
    def test_what_is_no_envelope_is_refused(self, world, body):
        world.post(body)
        world.run()
        assert refused(world) == ("envelope.refused", "no", "FRA-NCB")

    def test_a_message_replayed_through_another_s_ingress_is_refused(self, world):
        world.post(world.sealed("NLD-CUSTOMS", sender="FRA-NCB"), through="USA-NCB")
        world.run()
        assert refused(world) == ("relay.wrong-ingress", "no", "USA-NCB")

    def test_a_key_that_is_in_no_directory_is_refused(self, world):
        world.post(world.sealed("USA-NCB", sender="BRA-NCB"))
        world.run()
        assert refused(world) == ("envelope.refused", "no", "FRA-NCB")

    def test_a_type_that_the_directory_does_not_grant_is_refused_and_the_sender_told(self, world):
        world.post(world.sealed("USA-NCB", message_type="HIT_NOTICE"))
        world.run()
        assert refused(world) == ("relay.not-permitted", "yes", "FRA-NCB")

    def test_an_unknown_recipient_is_refused_for_all(self, world):
        world.post(world.sealed("ZZZ-NOBODY"))
        world.run()
        assert refused(world) == ("relay.unknown-recipient", "yes", "FRA-NCB")

    def test_one_unknown_among_several_recipients_is_refused_for_all(self, world):
        world.post(world.sealed("USA-NCB", "ZZZ-NOBODY", "NLD-CUSTOMS"))
        world.run()
        assert refused(world) == ("relay.unknown-recipient", "yes", "FRA-NCB")
        assert world.mail("USA-NCB") == world.mail("NLD-CUSTOMS") == []

    def test_a_lane_that_was_not_signed_is_refused(self, world):
        world.post(world.sealed("USA-NCB", lane=Lane.BULK), lane=Lane.URGENT)
        world.run()
        assert refused(world) == ("relay.wrong-lane", "yes", "FRA-NCB")

    def test_an_expired_message_is_refused_and_its_sender_told(self, world):
        body = world.sealed("USA-NCB")
        world.now += timedelta(days=2)
        world.post(body)
        world.run()
        assert refused(world) == ("envelope.expired", "yes", "FRA-NCB")

    def test_an_expired_message_through_another_s_ingress_tells_nobody(self, world):
        body = world.sealed("USA-NCB")
        world.now += timedelta(days=2)
        world.post(body, through="NLD-CUSTOMS")
        world.run()
        assert refused(world) == ("envelope.expired", "no", "NLD-CUSTOMS")

    def test_a_dead_letter_says_when_and_from_which_lane(self, world):
        world.post(b"junk", lane=Lane.BULK)
        world.run()
        (letter,) = world.dead()
        assert letter.headers[HEADER_AT] == NOW.isoformat()
        assert letter.headers[HEADER_LANE] == "BULK"
        assert letter.body == b"junk"


class TestHandedBack:
    def hand_back(self, world: RelayWorld, body: bytes, headers: dict[str, str]) -> None:
        world.hub.publish(
            token="again",
            exchange=AGAIN_EXCHANGE,
            routing_key="",
            body=body,
            headers=headers,
        )
        world.run()

    def test_a_replayed_message_is_judged_as_if_it_came_from_its_party(self, world):
        body = world.sealed("USA-NCB", lane=Lane.URGENT)
        self.hand_back(world, body, {HEADER_PARTY: "FRA-NCB"})
        assert world.mail("USA-NCB") == [body]

    @pytest.mark.parametrize(
        ("headers", "code"),
        [({HEADER_PARTY: "USA-NCB"}, "relay.wrong-ingress"), ({}, "relay.unknown-place")],
    )
    def test_a_replay_under_another_name_is_refused_again(self, world, headers, code):
        self.hand_back(world, world.sealed("NLD-CUSTOMS"), headers)
        (letter,) = world.dead()
        assert letter.headers[HEADER_CODE] == code


class TestWaiting:
    def test_a_newer_directory_than_ours_is_waited_for(self, world):
        body = world.sealed("USA-NCB", directory_version=4)
        world.post(body)
        world.run()
        assert world.mail("USA-NCB") == []
        assert world.dead() == []
        world.directory = world.make_directory(version=4)
        world.run(moving=timedelta(seconds=1))
        assert world.mail("USA-NCB") == [body]

    def test_a_directory_that_never_comes_ends_with_the_dead(self, world):
        world.post(world.sealed("USA-NCB", directory_version=4))
        world.run()
        for _ in range(20):
            world.run(moving=timedelta(seconds=5))
        assert refused(world) == ("envelope.directory-ahead", "no", "FRA-NCB")

    def test_without_a_directory_in_force_nothing_is_carried_and_nothing_lost(self, world):
        in_force, world.directory = world.directory, None
        body = world.sealed("USA-NCB")
        world.post(body)
        world.run()
        world.run(moving=PATIENCE * 4)
        assert world.dead() == []
        world.directory = in_force
        world.run(moving=timedelta(seconds=5))
        assert world.mail("USA-NCB") == [body]

    def test_a_refusing_mailbox_is_tried_again(self, world):
        body = world.sealed("USA-NCB")
        world.post(body)
        world.broker.refuse(1)
        world.run()
        assert world.relay.due() is not None
        world.run(moving=timedelta(seconds=1))
        assert world.mail("USA-NCB") == [body]
        assert world.left_in_ingress() == 0

    def test_a_clock_that_is_set_back_makes_nothing_wait_longer(self, world):
        world.run(moving=timedelta(minutes=4))
        body = world.sealed("USA-NCB")
        world.post(body)
        world.broker.refuse(1)
        world.run()
        assert world.relay.due() is not None
        world.run(moving=timedelta(minutes=-4))
        world.run(moving=timedelta(seconds=1))
        assert world.mail("USA-NCB") == [body]
        assert world.left_in_ingress() == 0

    def test_patience_is_as_long_under_a_clock_that_is_set_back(self, world):
        world.run(moving=timedelta(minutes=4))
        world.post(world.sealed("USA-NCB"))
        world.broker.refuse(100, exchange=OUT_EXCHANGE)
        world.run()
        world.run(moving=timedelta(minutes=-4))
        for _ in range(20):
            world.run(moving=timedelta(seconds=5))
        assert refused(world) == ("relay.mailbox-full", "yes", "FRA-NCB")

    def test_a_mailbox_that_refuses_for_long_ends_with_the_dead(self, world):
        world.post(world.sealed("USA-NCB"))
        world.broker.refuse(100, exchange=OUT_EXCHANGE)
        for _ in range(20):
            world.run(moving=timedelta(seconds=5))
        assert refused(world) == ("relay.mailbox-full", "yes", "FRA-NCB")
        assert world.left_in_ingress() == 0

    def test_a_party_without_a_mailbox_is_told_of_after_a_moment(self, world):
        """Not at once: found by hand, while a broker took its definitions anew."""
        directory = world.make_directory(version=3)
        stranger = entry_for(
            world.identities["BRA-NCB"], sends=frozenset(), valid_from=NOW - timedelta(days=1)
        )
        world.directory = replace(directory, parties={**directory.parties, "BRA-NCB": stranger})
        world.post(world.sealed("BRA-NCB", "USA-NCB"))
        for _ in range(10):
            world.run(moving=timedelta(seconds=5))
        assert refused(world) == ("relay.no-mailbox", "yes", "FRA-NCB")
        assert world.left_in_ingress() == 0


class TestCrashing:
    def test_a_confirm_that_never_comes_gives_a_second_copy_not_none(self, world):
        body = world.sealed("USA-NCB")
        world.broker.cut(RELAY_USER)
        world.post(body)
        world.broker.mend(RELAY_USER)
        world.broker.drop_confirms(1)
        world.run()
        world.run(moving=timedelta(seconds=1))
        assert world.mail("USA-NCB") == [body, body]
        assert world.left_in_ingress() == 0

    @pytest.mark.parametrize("steps", [0, 1, 2])
    def test_a_relay_that_dies_at_any_step_repeats_but_loses_nothing(self, world, steps):
        bodies = [world.sealed("USA-NCB", "NLD-CUSTOMS") for _ in range(10)]
        for body in bodies:
            world.post(body)
        for _ in range(steps):
            world.relay.step(world.link.take(limit=7, timeout=timedelta(0)), world.now)
        world.link.stop(timedelta(0))
        world.link = world.new_link()
        world.relay = world.new_relay()
        world.run()
        for party in ("USA-NCB", "NLD-CUSTOMS"):
            assert set(world.mail(party)) == set(bodies)
        assert world.left_in_ingress() == 0

    def test_the_ingress_is_held_until_every_mailbox_has_confirmed(self, world):
        body = world.sealed("USA-NCB", "NLD-CUSTOMS")
        world.post(body)
        world.broker.refuse(1)
        world.run()
        assert world.mail("NLD-CUSTOMS") == [body]
        assert world.left_in_ingress() == 1
        world.broker.mend(RELAY_USER)
        world.run(moving=timedelta(seconds=1))
        assert world.mail("USA-NCB")[0] == body

    def test_a_lost_connection_loses_nothing(self, world):
        bodies = [world.sealed("USA-NCB") for _ in range(20)]
        for body in bodies:
            world.post(body)
        world.broker.redeliver()
        world.run(moving=timedelta(seconds=5))
        assert set(world.mail("USA-NCB")) == set(bodies)
        assert world.left_in_ingress() == 0


class TestServing:
    def test_it_stops_after_what_is_on_the_way(self, world):
        body = world.sealed("USA-NCB")
        world.post(body)
        looks = iter([False, True])
        serve(world.relay, world.link, clock=lambda: NOW, stopping=lambda: next(looks))
        assert world.mail("USA-NCB") == [body]
        assert world.relay.is_idle
