"""The walk end to end in one process: once, again, refused, held, and crashed at every step."""

from datetime import timedelta

import pytest
from memory_world import START, MemoryWorld, RecordingDesk

from gateway.envelope import peek_header
from gateway.exchange import ingress_exchange
from gateway.ids import REGISTRY_PARTY, Lane
from keys import DirectoryMissingError

pytestmark = [pytest.mark.unit, pytest.mark.slow]


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    made.settle()
    return made


def replay(world, letter_id):
    world.look(REGISTRY_PARTY, lambda unit: unit.deadletters.mark(letter_id, "ASKED"))


def requests(world):
    """What the registry holds as evidence of the searches that it took."""
    return world.look(REGISTRY_PARTY, lambda unit: unit.inbox.sealed_of_type("SEARCH_REQUEST"))


def sealed_out(world, party):
    return world.look(party, lambda unit: unit.outbox.newest_sealed())


def test_a_search_has_its_effect_once_and_its_answer_settles_it(world):
    world.ask("FRA-NCB", "one")
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["one"]
    assert len(world.effects("FRA-NCB")) == 1
    assert world.waiting("FRA-NCB") == 0
    assert world.waiting(REGISTRY_PARTY) == 0


def test_what_is_accepted_while_the_broker_is_away_goes_when_it_is_back(world):
    world.broker.cut()
    world.ask("FRA-NCB", "offline")
    world.settle()
    assert world.waiting("FRA-NCB") == 1
    world.broker.mend()
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["offline"]


def test_a_broker_that_loses_everything_after_its_confirm_loses_nothing_of_ours(world):
    world.broker.cut(REGISTRY_PARTY)
    for number in range(20):
        world.ask("FRA-NCB", f"s{number}")
    world.settle()
    world.broker.lose_everything()
    world.until_quiet()
    assert sorted(world.effects(REGISTRY_PARTY)) == sorted(f"s{n}" for n in range(20))
    assert len(world.effects("FRA-NCB")) == 20


def test_confirms_that_never_come_cause_repeats_without_a_second_effect(world):
    world.broker.drop_confirms(3)
    world.ask("FRA-NCB", "twice")
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["twice"]


def test_redelivered_messages_have_no_second_effect_and_get_the_first_receipt(world):
    world.ask("FRA-NCB", "again")
    world.settle()
    request = world.look(REGISTRY_PARTY, lambda unit: unit.inbox.sealed_of_type("SEARCH_REQUEST"))[
        0
    ]
    for _ in range(3):
        publish(world, "FRA-NCB", request)
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["again"]
    assert len(world.effects("FRA-NCB")) == 1


def test_a_full_queue_delays_and_does_not_lose(world):
    world.broker.refuse(4)
    world.ask("FRA-NCB", "nacked")
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["nacked"]


def test_an_altered_message_is_set_aside_at_the_centre_and_answered_to_nobody(world):
    world.ask("FRA-NCB", "genuine")
    world.settle()
    request = world.look(REGISTRY_PARTY, lambda unit: unit.inbox.sealed_of_type("SEARCH_REQUEST"))[
        0
    ]
    middle = len(request) // 2
    forged = request[:middle] + bytes([request[middle] ^ 1]) + request[middle + 1 :]
    publish(world, "USA-NCB", forged)
    world.until_quiet()
    (letter,) = world.letters(REGISTRY_PARTY)
    assert letter.octets == forged
    assert not letter.proven
    assert world.events("USA-NCB", "refused") == []
    assert world.events("FRA-NCB", "refused") == []


def test_a_member_that_sends_anothers_message_cannot_have_that_other_told_it_was_refused(world):
    world.broker.cut(REGISTRY_PARTY)
    world.ask("FRA-NCB", "mine")
    world.settle()
    publish(world, "USA-NCB", sealed_out(world, "FRA-NCB"))
    world.settle()
    world.broker.mend(REGISTRY_PARTY)
    world.until_quiet()
    assert [letter.source for letter in world.letters(REGISTRY_PARTY)] == ["relay:USA-NCB"]
    assert world.events("FRA-NCB", "refused") == []
    assert world.effects(REGISTRY_PARTY) == ["mine"]


def test_a_message_of_a_type_that_its_sender_may_not_send_ends_in_a_signed_fault(world):
    world.sends["FRA-NCB"] = frozenset({"RECEIPT"})
    world.directory = world.make_directory(2)
    message_id = world.ask("FRA-NCB", "not permitted")
    world.until_quiet()
    (refused,) = world.events("FRA-NCB", "refused")
    assert refused.detail == "relay.not-permitted"
    assert world.effects(REGISTRY_PARTY) == []
    (letter,) = world.letters(REGISTRY_PARTY)
    assert letter.message_id == message_id


def test_a_refused_message_is_replayed_after_the_cause_is_mended(world):
    world.sends["FRA-NCB"] = frozenset({"RECEIPT"})
    world.directory = world.make_directory(2)
    world.ask("FRA-NCB", "later")
    world.until_quiet()
    world.sends["FRA-NCB"] = world.sends["USA-NCB"]
    world.directory = world.make_directory(3)
    (letter,) = world.letters(REGISTRY_PARTY)
    replay(world, letter.id)
    world.pass_time(timedelta(seconds=3))
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["later"]
    assert world.letters(REGISTRY_PARTY) == []


def test_a_poisoned_message_is_bounded_set_aside_answered_and_replayable(world):
    desk = world.seats[REGISTRY_PARTY].desk
    desk.fail_with = [RuntimeError("boom")] * 50
    world.ask("FRA-NCB", "poison")
    world.ask("FRA-NCB", "neighbour")
    world.until_quiet()
    assert len(world.events("FRA-NCB", "refused")) == 2
    desk.fail_with = []
    letters = world.letters(REGISTRY_PARTY)
    assert {letter.code for letter in letters} == {"endpoint.cannot-process"}
    for letter in letters:
        world.look(
            REGISTRY_PARTY, lambda unit, wanted=letter.id: unit.deadletters.mark(wanted, "ASKED")
        )
    world.pass_time(timedelta(seconds=3))
    assert sorted(world.effects(REGISTRY_PARTY)) == ["neighbour", "poison"]
    assert world.letters(REGISTRY_PARTY) == []


def test_one_poisoned_message_does_not_hold_its_neighbours(world):
    class Picky(RecordingDesk):
        def handle(self, received, unit, frame):
            effects = super().handle(received, unit, frame)
            if received.payload.search.firearm.grip_text == "poison":
                raise RuntimeError("boom")
            return effects

    world.seats[REGISTRY_PARTY].desk = Picky(answers=True)
    world.crash(world.seats[REGISTRY_PARTY])
    world.settle()
    for label in ("a", "poison", "b"):
        world.ask("FRA-NCB", label)
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["a", "b"]
    assert len(world.events("FRA-NCB", "refused")) == 1


def test_a_message_that_nobody_receipts_in_its_time_ends_in_an_explicit_failure(world):
    world.broker.cut(REGISTRY_PARTY)
    message_id = world.ask("FRA-NCB", "never")
    world.pass_time(timedelta(days=7, minutes=1), step=timedelta(hours=6))
    (failed,) = world.events("FRA-NCB", "undelivered")
    assert failed.message_id == message_id
    world.pass_time(timedelta(seconds=5))  # the word that the broker holds the day's statement
    assert world.waiting("FRA-NCB") == 0


def test_without_a_trusted_directory_everything_is_held_and_nothing_lost(world):
    good = world.directory
    world.ask("FRA-NCB", "held")

    def missing(_):
        raise DirectoryMissingError("no directory", place="trust", remedy="publish one")

    endpoint = world.seats[REGISTRY_PARTY].endpoint
    station = endpoint._station
    object.__setattr__(station, "directory", missing)
    world.pass_time(timedelta(seconds=20))
    assert world.effects(REGISTRY_PARTY) == []
    object.__setattr__(station, "directory", lambda _: good)
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["held"]


@pytest.mark.slow
def test_urgent_leaves_before_a_backlog_that_is_due(world):
    world.broker.cut("FRA-NCB")
    for number in range(30):
        world.ask("FRA-NCB", f"bulk{number}", Lane.BULK)
    world.ask("FRA-NCB", "urgent", Lane.URGENT)
    world.settle()
    rows = world.look("FRA-NCB", lambda unit: unit.outbox.due(START + timedelta(hours=1), most=5))
    assert rows[0].lane is Lane.URGENT


def test_a_backlog_of_urgent_messages_leaves_a_place_to_bulk(world):
    world.broker.cut("FRA-NCB")
    world.ask("FRA-NCB", "bulk", Lane.BULK)
    for number in range(11):
        world.ask("FRA-NCB", f"urgent{number}", Lane.URGENT)
    world.settle()
    rows = world.look("FRA-NCB", lambda unit: unit.outbox.due(START + timedelta(hours=1), most=10))
    assert [row.lane for row in rows] == [Lane.URGENT] * 9 + [Lane.BULK]


def test_numbers_of_a_pair_have_no_gaps(world):
    for number in range(5):
        world.ask("FRA-NCB", f"n{number}")
    world.until_quiet()
    requests = world.look(REGISTRY_PARTY, lambda unit: unit.inbox.sealed_of_type("SEARCH_REQUEST"))
    assert sorted(peek_header(octets).to[0].seq for octets in requests) == [1, 2, 3, 4, 5]
    assert world.look(REGISTRY_PARTY, lambda unit: unit.inbox.gaps()) == {"FRA-NCB": 0}


@pytest.mark.slow
@pytest.mark.parametrize("party", ["FRA-NCB", REGISTRY_PARTY])
def test_a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(tmp_path, party):
    step = 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        world = MemoryWorld(folder)
        world.settle()
        asked = {f"s{n}" for n in range(3)}
        for label in sorted(asked):
            world.ask("FRA-NCB", label)
        seat = world.seats[party]
        seat.fuse.steps, seat.fuse.at = 0, step
        world.until_quiet()
        burnt = seat.fuse.at is None
        assert sorted(world.effects(REGISTRY_PARTY)) == sorted(asked), f"crash at step {step}"
        assert len(world.effects("FRA-NCB")) == len(asked), f"crash at step {step}"
        assert world.letters(REGISTRY_PARTY) == []
        if not burnt:
            break
    assert step > 8, "the sweep met too few steps to mean anything"


def publish(world, party, octets):
    """A member's own client, with valid credentials, sends octets of its choice."""
    link = world.broker.link(party)
    link.start()
    link.publish(
        token="x",
        exchange=ingress_exchange(party, Lane.ROUTINE),
        routing_key="",
        body=octets,
    )
