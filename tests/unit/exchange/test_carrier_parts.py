"""The carrier's parts that touch no socket."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange import (
    Backoff,
    BrokerSettings,
    BrokerUnreachableError,
    CertificateRefusedError,
    Confirmed,
    Delivery,
    LimitReachedError,
    ServerNotTrustedError,
    definitions,
    ingress_of,
    ingress_queue,
    lane_of,
    mailbox,
    relay_queues,
)
from gateway.exchange.arrivals import BULK_OCTETS, LOT_OCTETS, Arrivals
from gateway.exchange.confirms import Unsettled
from gateway.exchange.refusals import explain, hung_up
from gateway.exchange.unacked import Unacked
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane

pytestmark = pytest.mark.unit


def permission(user: str, parties: tuple[str, ...] = ("FRA-NCB", "USA-NCB")) -> dict[str, str]:
    (row,) = [row for row in definitions(parties)["permissions"] if row["user"] == user]
    return row


class TestNames:
    def test_a_name_tells_party_and_lane(self):
        assert ingress_queue("FRA-NCB", Lane.URGENT) == "in.FRA-NCB.urgent.1"
        assert mailbox("NLD-CUSTOMS", Lane.BULK, 7) == "out.NLD-CUSTOMS.bulk.7"
        assert ingress_of("in.FRA-NCB.urgent.12") == ("FRA-NCB", Lane.URGENT)

    @pytest.mark.parametrize("name", ["out.FRA-NCB.urgent.1", "in.FRA-NCB.urgent", "again.1", ""])
    def test_nothing_else_is_an_ingress(self, name):
        assert ingress_of(name) is None

    @pytest.mark.parametrize(
        ("name", "lane"),
        [
            ("in.FRA-NCB.urgent.1", Lane.URGENT),
            ("FRA-NCB.bulk", Lane.BULK),
            ("dead.1", Lane.BULK),
            ("", Lane.ROUTINE),
            ("in.URG-ENT.bulk.1", Lane.BULK),
        ],
    )
    def test_every_name_has_a_lane(self, name, lane):
        assert lane_of(name) is lane

    def test_the_relay_reads_all_urgent_queues_first(self):
        names = relay_queues(["FRA-NCB", "USA-NCB"])
        assert [lane_of(name) for name in names[:2]] == [Lane.URGENT, Lane.URGENT]
        assert names[-1] == "again.1"


class TestDefinitions:
    def test_every_queue_is_a_durable_quorum_queue_with_a_policy(self):
        made = definitions(["FRA-NCB"])
        for queue in made["queues"]:
            assert queue["durable"]
            assert queue["arguments"] == {"x-queue-type": "quorum"}
            matching = [p for p in made["policies"] if re.search(p["pattern"], queue["name"])]
            assert len(matching) == 1, queue["name"]
            assert matching[0]["definition"]["max-length"] > 0

    def test_nobody_may_declare_or_delete(self):
        assert {row["configure"] for row in definitions(["FRA-NCB"])["permissions"]} == {"^$"}

    def test_no_user_has_a_password_or_a_tag(self):
        users = definitions(["FRA-NCB"])["users"]
        assert {(user["password_hash"], user["tags"]) for user in users} == {("", "")}
        assert all(user["limits"]["max-connections"] for user in users)

    @pytest.mark.parametrize("exchange", ["out", "dead", "again", "", "in.USA-NCB.urgent",
                                          "in.FRA-NCB.urgentx", "xin.FRA-NCB.urgent",
                                          "in.FRA-NCB.urgent.1", "amq.fanout"])  # fmt: skip
    def test_a_party_writes_nowhere_but_into_its_ingress(self, exchange):
        assert re.search(permission("FRA-NCB")["write"], "in.FRA-NCB.urgent")
        assert not re.search(permission("FRA-NCB")["write"], exchange)

    @pytest.mark.parametrize("queue", ["out.USA-NCB.urgent.1", "in.FRA-NCB.urgent.1", "dead.1",
                                       "out.FRA-NCB.urgent.2", "out.FRA-NCB.urgent.11",
                                       "out.FRA-NCBX.urgent.1", "again.1"])  # fmt: skip
    def test_a_party_reads_nothing_but_its_mailboxes(self, queue):
        assert re.search(permission("FRA-NCB")["read"], "out.FRA-NCB.urgent.1")
        assert not re.search(permission("FRA-NCB")["read"], queue)

    def test_only_the_relay_writes_mailboxes_and_dead_letters(self):
        made = definitions(["FRA-NCB"])
        for exchange in ("out", "dead"):
            writers = {
                row["user"] for row in made["permissions"] if re.search(row["write"], exchange)
            }
            assert writers == {RELAY_USER}

    def test_only_the_registry_reads_dead_letters_and_hands_back(self):
        made = definitions(["FRA-NCB"])
        readers = {row["user"] for row in made["permissions"] if re.search(row["read"], "dead.1")}
        writers = {row["user"] for row in made["permissions"] if re.search(row["write"], "again")}
        assert readers == writers == {REGISTRY_PARTY}

    def test_a_new_generation_is_another_queue_under_the_same_key(self):
        made = definitions(["FRA-NCB"], generations={"FRA-NCB": 2})
        names = {queue["name"] for queue in made["queues"]}
        assert "out.FRA-NCB.urgent.2" in names
        assert "out.FRA-NCB.urgent.1" not in names
        (bound,) = [
            row["destination"] for row in made["bindings"] if row["routing_key"] == "FRA-NCB.urgent"
        ]
        assert bound == "out.FRA-NCB.urgent.2"

    @pytest.mark.parametrize("name", ["fra-ncb", "FRA", "FRA-NCB.*", ".*", "", "FRA-NCB\n"])
    def test_a_name_that_is_no_party_is_refused(self, name):
        with pytest.raises(ValueError, match="is not a party's name"):
            definitions([name])


class TestUnsettled:
    def test_a_multiple_ack_settles_all_before_it(self):
        unsettled = Unsettled()
        for token in "abcd":
            unsettled.sent(token, 0.0)
        assert unsettled.settle(3, multiple=True) == ["a", "b", "c"]
        assert unsettled.settle(4, multiple=False) == ["d"]
        assert len(unsettled) == 0

    def test_the_ack_after_a_return_does_not_count(self):
        unsettled = Unsettled()
        tag = unsettled.sent("a", 0.0)
        assert unsettled.returned(tag) == "a"
        assert unsettled.returned(tag) is None
        assert unsettled.settle(tag, multiple=False) == []

    def test_what_is_overdue_is_forgotten_and_named(self):
        unsettled = Unsettled()
        unsettled.sent("old", 1.0)
        unsettled.sent("new", 5.0)
        assert unsettled.overdue(4.0) == ["old"]
        assert unsettled.settle(1, multiple=False) == []
        assert unsettled.abandon() == ["new"]

    @given(st.lists(st.tuples(st.sampled_from("sarxo"), st.integers(1, 30), st.booleans())))
    def test_every_token_has_at_most_one_outcome(self, steps):
        unsettled = Unsettled()
        sent: list[str] = []
        told: list[str] = []
        for step, tag, multiple in steps:
            if step == "s":
                sent.append(str(len(sent)))
                unsettled.sent(sent[-1], float(len(sent)))
            elif step == "a":
                told += unsettled.settle(tag, multiple=multiple)
            elif step == "r":
                token = unsettled.returned(tag)
                told += [token] if token else []
            elif step == "o":
                told += unsettled.overdue(float(tag))
        told += unsettled.abandon()
        assert sorted(told) == sorted(sent)


class TestUnacked:
    @given(st.integers(1, 40), st.data())
    def test_every_lent_tag_is_acknowledged_once_and_no_other(self, count, data):
        unacked = Unacked()
        for tag in range(1, count + 1):
            unacked.lent(tag)
        open_tags = set(range(1, count + 1))
        while open_tags:
            some = data.draw(st.lists(st.integers(1, count + 5), min_size=1, max_size=8))
            if data.draw(st.booleans()):
                assert unacked.given_back(some[0]) is (some[0] in open_tags)
                open_tags.discard(some[0])
            told: set[int] = set()
            for tag, multiple in unacked.done(some):
                covered = {each for each in open_tags if each <= tag} if multiple else {tag}
                assert covered <= open_tags - told
                told |= covered
            assert told == set(some) & open_tags
            open_tags -= told
            if not data.draw(st.booleans()):
                unacked.done(range(1, count + 1))
                break

    def test_a_run_from_the_oldest_is_one_word(self):
        unacked = Unacked()
        for tag in range(1, 101):
            unacked.lent(tag)
        assert unacked.done(range(1, 101)) == [(100, True)]


class TestArrivals:
    def delivery(self, lane: Lane) -> Delivery:
        return Delivery(
            tag=1, queue=mailbox("FRA-NCB", lane), body=b"", redelivered=False, headers={}
        )

    def test_news_comes_first_then_the_urgent(self):
        arrivals = Arrivals()
        routine, bulk, urgent = map(self.delivery, (Lane.ROUTINE, Lane.BULK, Lane.URGENT))
        arrivals.put_all([bulk, routine, urgent, Confirmed(token="1")])
        taken = arrivals.take(limit=10, timeout=timedelta(0))
        assert taken == [Confirmed(token="1"), urgent, routine]
        assert arrivals.take(limit=10, timeout=timedelta(0)) == [bulk]

    def test_bulk_is_handed_over_in_pieces_that_an_urgent_message_can_wait_for(self):
        arrivals = Arrivals()
        small = [self.delivery(Lane.BULK) for _ in range(3)]
        large = [replace(each, body=b"x" * BULK_OCTETS) for each in small]
        arrivals.put_all([*large, *small])
        for each in large:
            assert arrivals.take(limit=10, timeout=timedelta(0)) == [each]
        assert arrivals.take(limit=10, timeout=timedelta(0)) == small

    def test_large_messages_are_handed_over_one_by_one_in_every_lane(self):
        arrivals = Arrivals()
        lanes = (Lane.URGENT, Lane.URGENT, Lane.ROUTINE, Lane.ROUTINE)
        large = [replace(self.delivery(lane), body=b"x" * LOT_OCTETS) for lane in lanes]
        arrivals.put_all(large)
        taken = [arrivals.take(limit=100, timeout=timedelta(0)) for _ in large]
        assert taken == [[each] for each in large]

    def test_bulk_is_not_kept_back_for_ever(self):
        arrivals = Arrivals()
        bulk, first, second = map(self.delivery, (Lane.BULK, Lane.URGENT, Lane.URGENT))
        arrivals.put_all([bulk, first])
        assert arrivals.take(limit=10, timeout=timedelta(0)) == [first]
        arrivals.put(second)
        assert arrivals.take(limit=10, timeout=timedelta(0)) == [second, bulk]

    def test_what_was_taken_back_is_not_given_out(self):
        arrivals = Arrivals()
        arrivals.put(self.delivery(Lane.BULK))
        arrivals.forget(lambda each: each.tag == 1)
        assert arrivals.take(limit=10, timeout=timedelta(0)) == []

    def test_a_wake_before_the_take_is_not_lost(self):
        arrivals = Arrivals()
        arrivals.wake()
        assert arrivals.take(limit=10, timeout=None) == []


class TestBackoff:
    @given(st.floats(0, 1), st.integers(0, 200))
    def test_a_wait_is_never_longer_than_the_longest(self, number, failures):
        backoff = Backoff(random=lambda: number)
        waits = [backoff.next() for _ in range(failures)]
        assert all(timedelta(0) <= wait <= timedelta(seconds=30) for wait in waits)
        backoff.reset()
        assert backoff.next() <= timedelta(milliseconds=100)


class TestRefusals:
    settings = BrokerSettings(
        host="localhost",
        port=5671,
        ca_file=Path("ca.pem"),
        certificate_file=Path("client.pem"),
        key_file=Path("client-key.pem"),
    )

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("StreamLostError: TLSV13_ALERT_CERTIFICATE_REQUIRED", CertificateRefusedError),
            ("SSLV3_ALERT_CERTIFICATE_REVOKED", CertificateRefusedError),
            ("TLSV1_ALERT_UNKNOWN_CA", CertificateRefusedError),
            ("(403, 'ACCESS_REFUSED - Login was refused')", CertificateRefusedError),
            ("(530) NOT_ALLOWED - ProbableAccessDeniedError to vhost", CertificateRefusedError),
            ("IncompatibleProtocolError: not supported", BrokerUnreachableError),
            ("[SSL: CERTIFICATE_VERIFY_FAILED] hostname mismatch", ServerNotTrustedError),
            ("(530, 'NOT_ALLOWED - connection limit (4) is reached')", LimitReachedError),
            ("ConnectionRefusedError(111)", BrokerUnreachableError),
            ("", BrokerUnreachableError),
        ],
    )
    def test_the_broker_s_words_are_understood(self, text, kind):
        error = explain(text, self.settings)
        assert type(error) is kind
        assert error.place == "localhost:5671"
        assert error.remedy

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("SSLEOFError(8, 'EOF occurred in violation of protocol')", True),
            ("StreamLostError: ConnectionResetError(104, 'Connection reset by peer')", True),
            ("Stream connection lost: SSLError(1, '[SSL: TLSV1_ALERT_UNKNOWN_CA]')", False),
            ("AMQPConnectorSocketConnectError: ConnectionRefusedError(111)", False),
            ("no answer within 10 s", False),
        ],
    )
    def test_it_is_known_when_a_broker_hangs_up_without_a_word(self, text, expected):
        assert hung_up(text) is expected
