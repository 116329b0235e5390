"""One side of a pair by itself: what it notes, states, asks for and sends again, and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from fresh_sqlite import put_fresh

from gateway.endpoint import Terms
from gateway.endpoint.between import KEPT_AT_ONCE, Between
from gateway.ids import Lane
from gateway.payload import DeliveryStatement, KeptMessages, NumberRange, ResendRequest
from gateway.store import OutboxRow, Store, Taken

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)
PEER, OTHER = "USA-NCB", "BRA-NCB"
PATIENCE = Terms().gap_patience


class Log:
    def warning(self, *_, **__):
        pass

    error = warning


class Outgoing:
    """The outgoing side of one transaction that keeps what is posted."""

    def __init__(self, unit, now, others=()):
        self.unit, self.frame = unit, SimpleNamespace(now=now)
        self.posted, self._others = [], set(others)

    def others(self):
        return self._others

    def may_send(self, *_):
        return True

    def post(self, posting):
        self.posted.append(posting)


class Side:
    def __init__(self, store):
        self.store, self.now, self.others = store, NOW, ()
        self.between = Between("FRA-NCB", Terms(), Log())

    def does(self, work):
        """What ``work`` posts, in a transaction of its own."""
        with self.store.unit() as unit:
            outgoing = Outgoing(unit, self.now, self.others)
            work(outgoing)
        return [(one.to, one.lane, one.payload) for one in outgoing.posted]

    def tends(self):
        return self.does(self.between.tend)

    def takes(self, payload, sender=PEER):
        return self.does(lambda outgoing: self.between.take(sender, payload, outgoing))

    def holds(self, *numbers, sender=PEER):
        with self.store.unit() as unit:
            for seq in numbers:
                unit.inbox.add(taken(sender, seq), b"octets")

    def sent(self, number, *, size=10, waiting=False, peer=PEER):
        with self.store.unit() as unit:
            for seq in range(1, number + 1):
                assert unit.outbox.next_seq(peer) == seq
                unit.pairs.number(peer, seq, f"{peer}-{seq}")
                unit.outbox.add(row(peer, seq, size))
        if not waiting:
            with self.store.unit() as unit:
                for seq in range(1, number + 1):
                    unit.outbox.settle(f"{peer}-{seq}", peer)

    def pair(self, peer=PEER):
        with self.store.unit() as unit:
            return unit.pairs.of(peer)


def taken(sender, seq):
    return Taken(
        sender=sender,
        message_id=f"{sender}-{seq}",
        message_type="SEARCH_REQUEST",
        seq=seq,
        received=NOW,
        outcome="APPLIED",
        fault_code=None,
        digest="d",
        answer_id=None,
    )


def row(peer, seq, size):
    return OutboxRow(
        message_id=f"{peer}-{seq}",
        recipient=peer,
        message_type="SEARCH_REQUEST",
        lane=Lane.ROUTINE,
        needs_receipt=True,
        in_reply_to=None,
        created=NOW,
        expires=NOW + timedelta(days=7),
        attempts=1,
        next_try=NOW + timedelta(hours=1),
        octets=b"o" * size,
        seq=seq,
    )


def statement(sent, held=0, *, answer=False):
    return DeliveryStatement(
        stated_timestamp=NOW,
        sent_number=sent,
        held_number=held,
        missing_quantity=4,
        gone_quantity=3,
        answer_indicator=answer,
    )


def ranges_of(payload):
    return [(one.first_number, one.last_number) for one in payload.number_range]


def numbers(*ranges):
    return tuple(NumberRange(first_number=first, last_number=last) for first, last in ranges)


@pytest.fixture
def side(tmp_path):
    put_fresh(tmp_path / "one.db")
    with Store.open(f"sqlite:///{tmp_path / 'one.db'}") as store:
        made = Side(store)
        made.tends()  # nobody is there to be greeted
        yield made


def test_a_database_that_knows_nobody_asks_everybody_how_far_they_are(tmp_path):
    put_fresh(tmp_path / "empty.db")
    with Store.open(f"sqlite:///{tmp_path / 'empty.db'}") as store:
        side = Side(store)
        side.others = ("USA-NCB", "NLD-CUSTOMS")
        told = side.tends()
        assert [to for to, _, _ in told] == ["NLD-CUSTOMS", "USA-NCB"]
        assert all(one.answer_indicator and one.held_number == 0 for _, _, one in told)
        side.others = ("USA-NCB", "NLD-CUSTOMS", "BEL-NCB")
        assert side.tends() == []  # once


def test_what_a_peer_states_is_kept_and_never_goes_back(side):
    assert side.takes(statement(7, held=0)) == []
    one = side.pair()
    assert (one.expected, one.they_hold, one.they_miss, one.they_lost) == (7, 0, 4, 3)
    assert one.stated_at == NOW
    side.takes(statement(5))
    assert side.pair().expected == 7


def test_who_is_asked_for_a_statement_answers_with_one_that_asks_for_none(side):
    side.sent(3)
    side.holds(1, 2, 5)
    ((to, lane, told),) = side.takes(statement(6, held=3, answer=True))
    assert (to, lane, told.answer_indicator) == (PEER, Lane.ROUTINE, False)
    assert (told.sent_number, told.held_number, told.missing_quantity) == (3, 5, 3)  # 3, 4, 6
    assert told.stated_timestamp == NOW.replace(microsecond=123_000)
    assert side.pair().told_at == NOW


def test_the_number_of_an_answer_about_a_gap_tells_of_what_is_missing_behind_it(side):
    side.holds(1)
    side.takes(KeptMessages(sent_number=4, kept_message=(), number_range=numbers((2, 2))))
    assert side.pair().expected == 4
    side.tends()
    side.now += PATIENCE
    ((_, _, asked),) = side.tends()
    assert ranges_of(asked) == [(3, 4)]


def test_an_answer_about_a_gap_does_not_take_back_what_was_stated(side):
    side.takes(statement(9))
    side.takes(KeptMessages(sent_number=4, kept_message=(), number_range=()))
    assert side.pair().expected == 9


def test_nothing_above_its_last_number_can_be_said_never_to_come(side):
    side.takes(KeptMessages(sent_number=3, kept_message=(), number_range=numbers((2, 9))))
    with side.store.unit() as unit:
        assert unit.pairs.gone(PEER) == 2


def test_a_gap_is_asked_for_after_the_patience_and_then_ever_more_seldom(side):
    side.holds(1, 4)
    side.between.touched(PEER, side.now)
    assert not side.between.due(side.now)
    side.now += timedelta(seconds=1)
    assert side.between.due(side.now)
    assert side.tends() == []  # what overtook another is no gap yet
    begun, asked = side.now, []
    while side.now < begun + timedelta(hours=4):
        side.now += timedelta(seconds=10)
        if side.between.due(side.now):
            asked += [
                side.now - begun
                for _, _, payload in side.tends()
                if isinstance(payload, ResendRequest) and ranges_of(payload) == [(2, 3)]
            ]
    waits = [(after - before) / PATIENCE for before, after in pairwise(asked)]
    assert asked[0] == PATIENCE
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]  # an hour at most


def test_when_what_was_asked_for_has_come_the_next_piece_is_asked_for_at_once(side):
    side.holds(3, 6)
    side.between.touched(PEER, side.now)
    side.tends()
    side.now += PATIENCE
    assert len(side.tends()) == 1
    side.holds(1, 2)
    side.between.touched(PEER, side.now)
    ((_, _, asked),) = side.tends()
    assert ranges_of(asked) == [(4, 5)]


def test_what_was_kept_is_sent_again_what_waits_is_hurried_and_the_rest_is_gone(side):
    side.sent(3)
    with side.store.unit() as unit:
        unit.pairs.ended(f"{PEER}-2", "EXPIRED")
    ((to, lane, answer),) = side.takes(ResendRequest(number_range=numbers((1, 9))))
    assert (to, lane, answer.sent_number) == (PEER, Lane.BULK, 3)
    assert [one.number for one in answer.kept_message] == [1, 3]
    assert ranges_of(answer) == [(2, 2)]
    side.sent(2, waiting=True, peer=OTHER)
    assert side.takes(ResendRequest(number_range=numbers((2, 2))), sender=OTHER) == []
    with side.store.unit() as unit:
        due = unit.outbox.due(NOW, most=9)
    assert [one.message_id for one in due] == [f"{OTHER}-2"]


def test_one_answer_holds_as_many_messages_and_octets_as_fit(side):
    side.sent(KEPT_AT_ONCE + 5)
    ((_, _, answer),) = side.takes(ResendRequest(number_range=numbers((1, KEPT_AT_ONCE + 5))))
    assert len(answer.kept_message) == KEPT_AT_ONCE
    side.sent(4, size=1024 * 1024, peer=OTHER)
    ((_, _, answer),) = side.takes(ResendRequest(number_range=numbers((1, 4))), sender=OTHER)
    assert len(answer.kept_message) == 2
    assert ranges_of(answer) == []


def test_a_peer_that_holds_more_than_was_sent_has_our_numbers_go_on_above_it(side):
    side.sent(3)
    side.takes(statement(0, held=3))
    assert side.pair().restored_at is None
    side.takes(statement(0, held=8))
    assert side.pair().restored_at == NOW
    with side.store.unit() as unit:
        assert unit.outbox.next_seq(PEER) == 9


def test_everybody_is_told_once_at_the_start_and_then_once_a_day(side):
    side.sent(1)
    side.holds(1, sender=OTHER)
    side.between = Between("FRA-NCB", Terms(), Log())
    told = [(to, payload.answer_indicator) for to, _, payload in side.tends()]
    assert told == [(OTHER, True), (PEER, True)]
    begun, again = side.now, []
    for _ in range(3 * 48):
        side.now += timedelta(minutes=30)
        again += [(side.now - begun, to) for to, _, _ in side.tends()]
    days = [timedelta(days=1), timedelta(days=2), timedelta(days=3)]
    assert again == [(day, to) for day in days for to in (OTHER, PEER)]


def requests(posted):
    return [payload for _, _, payload in posted if isinstance(payload, ResendRequest)]


def test_a_restored_database_asks_at_once_for_what_came_after_the_copy(side):
    side.holds(1, 2)
    side.takes(statement(2))
    side.tends()
    with side.store.unit() as unit:
        assert unit.pairs.of(PEER).whole == 2
        unit.pairs.restored(NOW)  # as `iarms restore` does
    side.between = Between("FRA-NCB", Terms(), Log())
    side.tends()
    side.takes(statement(sent=9, held=0))
    (asked,) = requests(side.tends())
    assert asked.number_range == (NumberRange(first_number=3, last_number=9),)


def test_a_database_that_is_older_than_its_peer_says_asks_at_once(side):
    side.sent(2)
    side.holds(1)
    side.tends()
    side.takes(statement(sent=4, held=5))  # it holds more than this one ever sent
    assert len(requests(side.tends())) == 1


def test_a_process_that_only_started_again_gives_what_overtook_its_time(side):
    side.holds(1, 2)
    side.takes(statement(2))
    side.tends()
    side.between = Between("FRA-NCB", Terms(), Log())
    side.tends()
    side.takes(statement(sent=9, held=0))
    assert requests(side.tends()) == []
    side.now += PATIENCE
    assert len(requests(side.tends())) == 1
