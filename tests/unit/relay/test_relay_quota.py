"""A party over its quota waits in its own ingress; nobody else waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from test_relay import RelayWorld

from gateway.exchange import Delivery, ingress_queue, mailbox
from gateway.exchange.arrivals import Arrivals
from gateway.exchange.fairness import FairLane
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.relay import REFUSAL_COSTS, Allowance, Quota, Quotas, Relay, Resource
from keys import entry_for

pytestmark = [pytest.mark.unit, pytest.mark.slow]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
AMPLE = Allowance(each_s=1e9, burst=1e9)
JUNK = b"this is no envelope"
TEN = Quota(messages=Allowance(each_s=10, burst=10), octets=AMPLE, cpu=AMPLE)
NO_TIME = timedelta(0)


def delivery(queue: str, octets: int = 1_000, tag: object = None) -> Delivery:
    return Delivery(tag=tag, queue=queue, body=bytes(octets), redelivered=False, headers={})


class TestBuckets:
    @given(
        st.lists(
            st.tuples(st.integers(0, 2_000), st.integers(0, 8_000_000), st.integers(0, 500)),
            max_size=60,
        )
    )
    def test_no_pattern_gets_more_than_the_burst_and_the_rate_and_one_message(self, steps):
        quota = Quota(
            messages=AMPLE, octets=Allowance(each_s=1_000_000, burst=10_000_000), cpu=AMPLE
        )
        quotas, now, passed = Quotas(quota), AT, 0
        for wait_ms, octets, cpu_ms in steps:
            now += timedelta(milliseconds=wait_ms)
            if quotas.over("FRA-NCB", Lane.BULK, now) is None:
                spent = timedelta(milliseconds=cpu_ms)
                quotas.spend("FRA-NCB", Lane.BULK, now, octets=octets, cpu=spent)
                passed += octets
            lasted = (now - AT).total_seconds()
            assert passed <= 10_000_000 + 1_000_000 * lasted + 8_000_000

    @pytest.mark.parametrize("resource", Resource)
    def test_each_resource_is_bounded_and_the_wait_it_tells_suffices(self, resource):
        parts = dict.fromkeys(("messages", "octets", "cpu"), AMPLE)
        quotas = Quotas(Quota(**(parts | {resource.value: Allowance(each_s=1, burst=3)})))
        cost = {"octets": 5, "cpu": timedelta(seconds=5)}
        for _ in range(3):
            quotas.spend("FRA-NCB", Lane.URGENT, AT, **cost)
        over = quotas.over("FRA-NCB", Lane.URGENT, AT)
        assert over is not None
        assert over[0] is resource
        spent = {Resource.MESSAGES: 3, Resource.OCTETS: 15, Resource.CPU: 15}[resource]
        assert over[1] - AT >= timedelta(seconds=spent - 3)
        assert quotas.over("FRA-NCB", Lane.URGENT, over[1]) is None

    def test_lanes_and_parties_are_counted_apart_and_the_registry_not_at_all(self):
        quotas = Quotas(TEN)
        for party in ("FRA-NCB", REGISTRY_PARTY):
            for _ in range(20):
                quotas.spend(party, Lane.BULK, AT, octets=1, cpu=NO_TIME)
        assert quotas.over("FRA-NCB", Lane.BULK, AT) is not None
        assert quotas.over("FRA-NCB", Lane.URGENT, AT) is None
        assert quotas.over("USA-NCB", Lane.BULK, AT) is None
        assert quotas.over(REGISTRY_PARTY, Lane.BULK, AT) is None

    def test_a_clock_that_is_put_back_neither_gives_nor_stops(self):
        quotas = Quotas(TEN)
        quotas.spend("FRA-NCB", Lane.BULK, AT, octets=1, cpu=NO_TIME)
        assert quotas.over("FRA-NCB", Lane.BULK, AT - timedelta(hours=1)) is None


class TestSlowing:
    @pytest.fixture
    def world(self) -> RelayWorld:
        made = RelayWorld()
        made.relay = Relay(
            made.link,
            directory=made.directory_now,
            jitter=lambda: 0.5,
            log=structlog.get_logger(),
            quota=TEN,
        )
        made.relay.follow_directory(made.now)
        return made

    def test_who_is_over_its_quota_is_carried_later_and_loses_nothing(self, world):
        many = [world.sealed("USA-NCB") for _ in range(35)]
        for each in many:
            world.post(each)
        world.run()
        carried = [world.mail("USA-NCB")]
        for _ in range(4):
            world.run(moving=timedelta(seconds=1))
            carried.append(world.mail("USA-NCB"))
        assert [len(each) for each in carried] == [10, 10, 10, 5, 0]
        assert [body for each in carried for body in each] == many
        assert world.dead() == []

    def test_the_broker_lends_no_more_of_its_ingress_meanwhile(self, world):
        for _ in range(300):
            world.post(world.sealed("USA-NCB"))
        world.run()
        assert len(world.mail("USA-NCB")) == 10
        ingress = world.broker.queue(ingress_queue("FRA-NCB", Lane.ROUTINE))
        assert len(ingress.ready) == 300 - 10 - 200  # carried, and lent

    def test_what_waited_while_the_line_was_lost_is_carried_once(self, world):
        many = [world.sealed("USA-NCB") for _ in range(15)]
        for each in many:
            world.post(each)
        world.run()
        carried = world.mail("USA-NCB")
        world.broker.redeliver()
        for _ in range(4):
            world.run(moving=timedelta(seconds=1))
            carried += world.mail("USA-NCB")
        assert sorted(carried) == sorted(many)


class TestRefusals:
    @pytest.fixture
    def world(self) -> RelayWorld:
        made = RelayWorld()
        made.relay = Relay(
            made.link,
            directory=made.directory_now,
            jitter=lambda: 0.5,
            log=structlog.get_logger(),
            quota=Quota(messages=Allowance(each_s=100, burst=500), octets=AMPLE, cpu=AMPLE),
        )
        made.relay.follow_directory(made.now)
        return made

    def test_a_refused_message_is_charged_as_fifty_carried_ones(self, world):
        assert REFUSAL_COSTS == 50
        for _ in range(40):
            world.post(JUNK)
        world.run()
        buried = [len(world.dead())]
        for _ in range(3):
            world.run(moving=timedelta(seconds=1))
            buried.append(len(world.dead()))
        assert buried == [10, 2, 2, 2]  # 500 / 50 at once, then 100 / 50 a second

    def test_junk_of_one_party_neither_slows_another_nor_is_lost(self, world):
        for _ in range(40):
            world.post(JUNK)
        honest = [world.sealed("FRA-NCB", sender="USA-NCB") for _ in range(60)]
        for each in honest:
            world.post(each, through="USA-NCB")
        world.run()
        assert world.mail("FRA-NCB") == honest
        buried = len(world.dead())
        for _ in range(15):
            world.run(moving=timedelta(seconds=1))
            buried += len(world.dead())
        assert buried == 40

    def test_what_finds_no_mailbox_is_not_its_sender_s_doing(self, world):
        directory = world.make_directory(version=3)
        stranger = entry_for(
            world.identities["BRA-NCB"], sends=frozenset(), valid_from=AT - timedelta(days=999)
        )
        world.directory = replace(directory, parties={**directory.parties, "BRA-NCB": stranger})
        for _ in range(20):
            world.post(world.sealed("BRA-NCB"))
        for _ in range(10):
            world.run(moving=timedelta(seconds=5))
        assert len(world.dead()) == 20  # not 10: each cost what a carried one costs


class TestHonestLoad:
    @pytest.mark.parametrize(
        ("messages_each_s", "octets", "lane"),
        [(171, 4_000, Lane.ROUTINE), (40, 120_000, Lane.BULK)],
        ids=["the busiest country's searches", "files of 10,000 rows, one a second"],
    )
    def test_the_default_quota_slows_no_honest_load(self, messages_each_s, octets, lane):
        quotas, cpu = Quotas(Quota()), timedelta(milliseconds=1)  # measured: 0.4 ms
        for second in range(60):
            for number in range(messages_each_s):
                now = AT + timedelta(seconds=second + number / messages_each_s)
                assert quotas.over("FRA-NCB", lane, now) is None
                quotas.spend("FRA-NCB", lane, now, octets=octets, cpu=cpu)

    def test_a_file_of_10000_single_messages_passes_within_half_a_minute(self):
        quotas, now, cpu = Quotas(Quota()), AT, timedelta(milliseconds=1)
        for _ in range(10_000):
            over = quotas.over("FRA-NCB", Lane.ROUTINE, now)
            now = now if over is None else over[1]
            quotas.spend("FRA-NCB", Lane.ROUTINE, now, octets=4_000, cpu=cpu)
        assert now - AT < timedelta(seconds=31)


class TestTurns:
    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 300_000)), max_size=80))
    def test_taking_turns_loses_and_doubles_nothing_and_keeps_each_queues_order(self, puts):
        lane = FairLane()
        for number, (queue, octets) in enumerate(puts):
            lane.put(delivery(f"q{queue}", octets, number))
        got = [lane.pop() for _ in range(len(lane))]
        assert sorted(each.tag for each in got) == list(range(len(puts)))
        for name in {each.queue for each in got}:
            tags = [each.tag for each in got if each.queue == name]
            assert tags == sorted(tags)

    def test_a_flood_keeps_another_party_waiting_for_one_message_alone(self):
        lane = FairLane()
        for number in range(1_000):
            lane.put(delivery("in.FRA-NCB.urgent.1", tag=number))
        lane.put(delivery("in.USA-NCB.urgent.1", tag="honest"))
        assert "honest" in [lane.pop().tag for _ in range(2)]

    def test_who_sends_giants_waits_for_those_who_send_small_ones(self):
        lane = FairLane()
        for number in range(10):
            lane.put(delivery("giant", 8_000_000, number))
        for number in range(500):
            lane.put(delivery("small", 1_000, number))
        order = [lane.pop().queue for _ in range(510)]
        assert order[:400].count("giant") <= 2


class TestLanes:
    def take(self, arrivals: Arrivals) -> list[str]:
        events = arrivals.take(limit=10, timeout=timedelta(0))
        return [each.queue.split(".")[2] for each in events if isinstance(each, Delivery)]

    def fill(self, arrivals: Arrivals, *lanes: Lane) -> None:
        for lane in lanes:
            for _ in range(30):
                arrivals.put(delivery(mailbox("FRA-NCB", lane)))

    def test_constant_routine_traffic_does_not_starve_bulk(self):
        arrivals = Arrivals()
        self.fill(arrivals, Lane.ROUTINE, Lane.BULK)
        assert "bulk" in self.take(arrivals)

    def test_constant_urgent_traffic_starves_neither_routine_nor_bulk(self):
        arrivals = Arrivals()
        self.fill(arrivals, Lane.URGENT, Lane.ROUTINE, Lane.BULK)
        seen = self.take(arrivals) + self.take(arrivals)
        assert seen.count("urgent") >= 15
        assert {"routine", "bulk"} <= set(seen)
