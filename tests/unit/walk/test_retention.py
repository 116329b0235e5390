"""What the books forget in time, and that a repeat of what was forgotten has no effect."""

from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from memory_world import START, MemoryWorld

from gateway.config import Delivery
from gateway.endpoint import Terms
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import KeptMessage, KeptMessages
from gateway.posting import Posting
from gateway.store import JournalLine, OutboxRow, Store, Taken, Unit

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints

FRANCE, SPAIN = "FRA-NCB", "ESP-NCB"
LONG = timedelta(days=61)


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'books.db'}") as held:
        held.migrate()
        yield held


def took(unit: Unit, seq: int, days: float, *, sender: str = FRANCE, name: str = "m") -> None:
    """A message that was taken so many days after the start."""
    unit.inbox.add(
        Taken(
            sender=sender,
            message_id=f"{name}{seq}",
            message_type="SEARCH_REQUEST",
            seq=seq,
            received=START + timedelta(days=days),
            outcome="APPLIED",
            fault_code=None,
            digest="d",
            answer_id=None,
        ),
        b"octets",
    )


def waiting(message_id: str, at: datetime) -> OutboxRow:
    return OutboxRow(
        message_id=message_id,
        recipient=FRANCE,
        message_type="SEARCH_REQUEST",
        lane=Lane.ROUTINE,
        needs_receipt=True,
        in_reply_to=None,
        created=at,
        expires=at + timedelta(days=90),
        attempts=1,
        next_try=at,
        octets=b"octets",
    )


def whole(unit: Unit, number: int) -> None:
    unit.pairs.keep(replace(unit.pairs.of(FRANCE), whole=number, expected=number))


def held(store: Store, names: str, *, sender: str = FRANCE) -> set[str]:
    with store.unit() as unit:
        return {m for _, m in unit.inbox.known([(sender, name) for name in names.split()])}


def prune(store: Store, days: float, most: int = 100) -> int:
    with store.unit() as unit:
        return unit.retention.prune_inbox(START + timedelta(days=days), most=most)


def test_sealed_octets_are_forgotten_a_piece_at_a_time_and_never_what_still_waits(store):
    with store.unit() as unit:
        for seq in range(1, 8):
            took(unit, seq, days=seq)
        unit.outbox.add(waiting("w", START))
    later = START + timedelta(days=30)
    pieces = []
    for _ in range(4):
        with store.unit() as unit:
            pieces.append(unit.outbox.prune(later, most=3))
    assert pieces == [3, 3, 1, 0]
    with store.unit() as unit:
        assert unit.outbox.sealed(most=9, newest=True) == [b"octets"]


def test_what_was_taken_long_ago_is_forgotten_and_nothing_younger(store):
    with store.unit() as unit:
        for seq in range(1, 7):
            took(unit, seq, days=seq)
        whole(unit, 6)
    assert prune(store, 4) == 3
    assert held(store, "m1 m2 m3 m4 m5 m6") == {"m4", "m5", "m6"}
    assert prune(store, 4) == 0


def test_what_was_taken_at_the_bound_itself_is_still_known(store):
    with store.unit() as unit:
        took(unit, 1, days=4)
        whole(unit, 1)
    assert prune(store, 4) == 0


def test_a_number_above_a_gap_stays_known_however_old_it_is(store):
    with store.unit() as unit:
        for seq in (1, 3, 4):
            took(unit, seq, days=1)
        whole(unit, 1)
    assert prune(store, 30) == 1
    with store.unit() as unit:
        assert unit.pairs.missing(unit.pairs.of(FRANCE)) == (1, [(2, 2)])


def test_an_old_number_that_came_after_a_younger_one_makes_no_gap(store):
    with store.unit() as unit:
        took(unit, 1, days=9)  # it came late
        took(unit, 2, days=1)
        took(unit, 3, days=9)
        whole(unit, 3)
    prune(store, 5)
    with store.unit() as unit:
        assert unit.inbox.gaps() == {FRANCE: 0}
        assert unit.pairs.missing(unit.pairs.of(FRANCE)) == (3, [])


def test_a_pair_of_which_all_is_forgotten_still_says_how_far_it_is(store):
    with store.unit() as unit:
        for seq in range(1, 4):
            took(unit, seq, days=1)
        whole(unit, 3)
    assert prune(store, 30) == 3
    with store.unit() as unit:
        one = unit.pairs.of(FRANCE)
        assert (one.whole, unit.pairs.missing(one)) == (3, (3, []))


def test_what_has_no_number_is_forgotten_by_its_time_alone(store):
    with store.unit() as unit:
        took(unit, 0, days=1, name="old")
        took(unit, 0, days=9, name="new")
    assert prune(store, 5) == 1
    assert held(store, "old0 new0") == {"new0"}


def test_a_piece_is_bounded_and_the_next_goes_on(store):
    with store.unit() as unit:
        for seq in range(1, 8):
            took(unit, seq, days=1)
        whole(unit, 7)
    assert [prune(store, 30, most=3) for _ in range(4)] == [3, 3, 1, 0]


def test_one_peers_messages_are_not_forgotten_with_anothers(store):
    with store.unit() as unit:
        took(unit, 1, days=1)
        took(unit, 1, days=1, sender=SPAIN)
        whole(unit, 1)
    assert prune(store, 30) == 1  # nobody looked how far Spain is whole
    assert held(store, "m1", sender=SPAIN) == {"m1"}


def test_the_journal_forgets_its_oldest_lines_first(store):
    with store.unit() as unit:
        for day in range(6):
            unit.journal.add(JournalLine(at=START + timedelta(days=day), event=f"day {day}"))
    for gone, left in ((2, "day 2"), (1, "day 3"), (0, "day 3")):
        with store.unit() as unit:
            before = START + timedelta(days=3)
            assert unit.retention.prune_journal(before, most=2) == gone
            assert unit.journal.lines()[0].event == left


def test_the_books_say_how_far_back_they_go(store):
    with store.unit() as unit:
        took(unit, 1, days=2)
    with store.unit() as unit:
        ends = {one.what: (one.rows, one.oldest) for one in unit.retention.kept()}
    assert ends["inbox"] == ends["sealed"] == (1, START + timedelta(days=2))
    assert ends["journal"] == ends["outbox"] == (0, None)


def test_the_settings_know_no_shorter_memory_than_the_longest_life():
    terms = Terms()
    assert terms.keep_inbox >= timedelta(days=31) > timedelta(days=30, minutes=5)
    assert terms.keep_inbox >= terms.keep_sealed + terms.valid
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"keep_inbox_s": 30 * 86_400}, Delivery)


def row(message_id: str, seq: int, lane: Lane = Lane.ROUTINE, to: str = SPAIN) -> OutboxRow:
    return OutboxRow(
        message_id=message_id,
        recipient=to,
        message_type="SEARCH_REQUEST",
        lane=lane,
        needs_receipt=True,
        in_reply_to=None,
        created=START,
        expires=START + timedelta(days=7),
        attempts=0,
        next_try=START,
        octets=b"octets",
        seq=seq,
    )


def test_rows_of_one_transaction_leave_in_the_order_of_their_numbers(store):
    with store.unit() as unit:
        for message_id, seq in (("d", 1), ("a", 2), ("c", 3), ("b", 4), ("e", 12)):
            unit.outbox.add(row(message_id, seq))
        unit.outbox.add(row("u", 13, Lane.URGENT))
    with store.unit() as unit:
        assert [r.message_id for r in unit.outbox.due(START, most=9)] == list("udacbe")
        assert [r.message_id for r in unit.outbox.due(START, most=3)] == list("uda")
        unit.outbox.hurry_all(START + timedelta(seconds=1))
        later = START + timedelta(seconds=1)
        assert [r.message_id for r in unit.outbox.due(later, most=9)] == list("udacbe")


def test_what_is_due_is_read_in_the_order_of_an_index(store):
    plan = """EXPLAIN QUERY PLAN SELECT * FROM outbox JOIN sealed ON sealed.direction = 'out'
        AND sealed.peer = '' AND sealed.message_id = outbox.message_id
        WHERE outbox.lane = 'BULK' AND outbox.next_try <= 1 AND outbox.expires > 1
        ORDER BY outbox.next_try, outbox.seq LIMIT 9"""
    with store.unit() as unit:
        steps = [one[-1] for one in unit.connection.exec_driver_sql(plan)]
    assert any("ix_outbox_due" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.slow
class TestRepeats:
    """A repeat of what was taken, after the inbox has forgotten it."""

    @pytest.fixture
    def world(self, tmp_path):
        made = MemoryWorld(tmp_path, parties=(FRANCE,))
        made.directory = replace(made.directory, expires=START + timedelta(days=200))
        yield made
        made.close()

    def old_octets(self, world: MemoryWorld) -> bytes:
        """Of a question that was asked, answered and receipted."""
        world.ask(FRANCE, "once")
        octets = world.look(FRANCE, lambda unit: unit.outbox.newest_sealed())
        world.until_quiet()
        world.pass_time(timedelta(seconds=20), step=timedelta(seconds=5))
        assert world.effects(REGISTRY_PARTY) == ["once"]
        return octets

    def forget(self, world: MemoryWorld) -> None:
        """So much time passes that the inbox forgets, and does."""
        world.now += LONG
        world.pass_time(timedelta(seconds=20), step=timedelta(seconds=5))
        with world.seats[REGISTRY_PARTY].store.unit() as unit:
            first = unit.pairs.numbered(REGISTRY_PARTY, 1, 1, most=1)
            assert not first
            assert unit.pairs.held_up_to(FRANCE) == 0
            assert unit.pairs.of(FRANCE).whole == 1

    def carry(self, world: MemoryWorld, octets: bytes, exchange: str, key: str = "") -> None:
        """Somebody hands ``octets`` to the broker once more."""
        link = world.seats[FRANCE].link if exchange.startswith("in.") else world.relay_link
        link.publish(token="again", exchange=exchange, routing_key=key, body=octets)
        world.pass_time(timedelta(seconds=20), step=timedelta(seconds=5))
        assert world.effects(REGISTRY_PARTY) == ["once"]
        assert world.events(FRANCE, "refused") == []

    def test_in_the_mailbox_it_has_no_effect_and_no_fault_and_is_set_aside(self, world):
        octets = self.old_octets(world)
        self.forget(world)
        self.carry(world, octets, "out", f"{REGISTRY_PARTY}.routine")
        assert [one.code for one in world.letters(REGISTRY_PARTY)] == ["endpoint.too-old"]

    def test_through_the_relay_it_has_no_effect_and_no_fault(self, world):
        octets = self.old_octets(world)
        self.forget(world)
        self.carry(world, octets, f"in.{FRANCE}.routine")

    def test_before_that_it_is_known_and_has_no_second_effect(self, world):
        octets = self.old_octets(world)
        self.carry(world, octets, "out", f"{REGISTRY_PARTY}.routine")
        assert world.letters(REGISTRY_PARTY) == []

    def test_sent_again_as_kept_it_has_no_effect_either(self, world):
        octets = self.old_octets(world)
        self.forget(world)
        kept = KeptMessages(
            sent_number=1,
            kept_message=(KeptMessage(number=1, envelope_part=(b64encode(octets).decode(),)),),
        )
        world.seats[FRANCE].endpoint.transact(
            lambda outgoing: outgoing.post(
                Posting(to=REGISTRY_PARTY, payload=kept, lane=Lane.BULK, answers=False)
            )
        )
        world.pass_time(timedelta(seconds=20), step=timedelta(seconds=5))
        assert world.effects(REGISTRY_PARTY) == ["once"]
        assert [one.code for one in world.letters(REGISTRY_PARTY)] == ["endpoint.too-old"]
