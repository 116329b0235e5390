"""What must not stop the walk: lost commits, links that half fail, letters asked for again,
messages that break their handler in a new way, and a desk that fails where nobody expects it.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from memory_world import MemoryWorld, RecordingDesk, search

from gateway.endpoint import Endpoint, arrivals, walk
from gateway.envelope import peek_header
from gateway.exchange import LinkState
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.posting import Posting
from gateway.store import StoreError
from gateway.store.inbox import Inbox

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    made.settle()
    return made


class Broken(RecordingDesk):
    """Handles nothing."""

    def handle(self, *_):
        raise RuntimeError("boom")


def restart_with(world, party, desk):
    seat = world.seats[party]
    seat.desk = desk
    world.crash(seat)
    world.settle()


def ask_again_for(world, letter_id):
    world.look(REGISTRY_PARTY, lambda unit: unit.deadletters.mark(letter_id, "ASKED"))


def states(world):
    letters = world.look(REGISTRY_PARTY, lambda unit: unit.deadletters.all(state=None))
    return [letter.state for letter in letters]


def not_permitted(world):
    world.sends["FRA-NCB"] = frozenset({"RECEIPT"})
    world.directory = world.make_directory(2)
    world.ask("FRA-NCB", "later")
    world.until_quiet()
    world.sends["FRA-NCB"] = world.sends["USA-NCB"]
    world.directory = world.make_directory(3)
    (letter,) = world.letters(REGISTRY_PARTY)
    return letter


class LostWord:
    """A store whose connection breaks after the commit and before its answer, once."""

    def __init__(self, store):
        self._unit = store.unit
        self.armed = True

    def __call__(self):
        return self._broken() if self.armed else self._unit()

    def _broken(self):
        @contextmanager
        def unit():
            self.armed = False
            with self._unit() as inner:
                yield inner
            raise StoreError("the connection broke during the commit")

        return unit()


# --- the outbox ---------------------------------------------------------------------------------


def test_what_was_committed_although_the_database_said_nothing_leaves_soon(world):
    seat = world.seats["FRA-NCB"]
    seat.store.unit = LostWord(seat.store)
    with pytest.raises(StoreError):
        world.ask("FRA-NCB", "unsure")
    world.pass_time(timedelta(seconds=30))
    assert world.effects(REGISTRY_PARTY) == ["unsure"]


def test_an_effect_whose_commit_was_not_answered_is_not_repeated_and_its_answer_leaves(world):
    seat = world.seats[REGISTRY_PARTY]
    world.ask("FRA-NCB", "once")
    seat.store.unit = LostWord(seat.store)
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["once"]
    assert len(world.effects("FRA-NCB")) == 1


def test_what_another_process_of_this_party_left_behind_is_sent(world):
    seat = world.seats["FRA-NCB"]
    other = Endpoint(
        station=seat.endpoint._station,
        store=seat.store,
        link=world.broker.link("FRA-NCB"),
        desk=seat.desk,
        terms=seat.endpoint._terms,
        log=world.log,
    )
    living, seat.endpoint = seat.endpoint, other
    world.ask("FRA-NCB", "orphan")  # and that process is gone
    seat.endpoint = living
    world.pass_time(timedelta(seconds=30))
    assert world.effects(REGISTRY_PARTY) == ["orphan"]


def test_a_repeated_request_stays_in_the_outbox_until_its_answer_is_there(world):
    seat = world.seats[REGISTRY_PARTY]
    publish = seat.link.publish

    def loses_answers(**message):
        header = peek_header(message["body"])
        if header.message_type == "SEARCH_RESPONSE":
            message["exchange"] = "in.XPO-REGISTRY.nowhere"
        publish(**message)

    seat.link.publish = loses_answers
    world.ask("FRA-NCB", "answer lost")
    world.pass_time(timedelta(seconds=20))
    assert world.effects(REGISTRY_PARTY) == ["answer lost"]
    assert world.effects("FRA-NCB") == []
    assert world.waiting("FRA-NCB") == 1, "it would count as done and might never be answered"
    seat.link.publish = publish
    world.until_quiet()
    assert len(world.effects("FRA-NCB")) == 1


# --- what is held -------------------------------------------------------------------------------


def test_a_failed_message_is_tried_again_after_only_the_sending_side_was_lost(world):
    desk = world.seats[REGISTRY_PARTY].desk
    desk.fail_with = [RuntimeError("boom")] * 2
    world.ask("FRA-NCB", "held")
    world.settle()  # failed twice (in the batch and alone), held for a moment
    endpoint = world.seats[REGISTRY_PARTY].endpoint
    # A link tells "down" when either connection is lost; what the other one lent stays lent.
    endpoint.step([LinkState(up=False, blocked=False, detail="the publisher was lost")])
    endpoint.step([LinkState(up=True, blocked=False, detail="")])
    world.pass_time(timedelta(seconds=3))
    assert world.effects(REGISTRY_PARTY) == ["held"]


def test_what_was_acknowledged_is_not_walked_again_when_the_database_fails_later(world):
    seat = world.seats[REGISTRY_PARTY]
    handled = []

    def failing(*_):
        seat.endpoint._departures.resend = resend
        raise StoreError("gone for a moment")

    resend = seat.endpoint._departures.resend
    accept = seat.endpoint._acceptance.accept

    def counting(arrivals, outgoing, receipts):
        if arrivals:
            seat.endpoint._departures.resend = failing
        handled.extend(a.header.message_id for a in arrivals)
        return accept(arrivals, outgoing, receipts)

    seat.endpoint._acceptance.accept = counting
    message_id = world.ask("FRA-NCB", "acknowledged")
    world.pass_time(timedelta(seconds=4))
    assert handled.count(message_id) == 1


def test_what_was_held_is_opened_in_lots_and_not_all_at_once(world, monkeypatch):
    seat = world.seats[REGISTRY_PARTY]
    monkeypatch.setattr(walk, "_HELD_OCTETS", 1)
    opened = []
    accept = seat.endpoint._acceptance.accept

    def counting(arrivals, outgoing, receipts):
        opened.append(len(arrivals))
        return accept(arrivals, outgoing, receipts)

    unit = seat.store.unit

    def away():
        raise StoreError("gone for a moment")

    seat.store.unit = away
    for number in range(5):
        world.ask("FRA-NCB", f"s{number}")
    world.settle()
    seat.store.unit, seat.endpoint._acceptance.accept = unit, counting
    world.pass_time(timedelta(seconds=3))
    assert sorted(world.effects(REGISTRY_PARTY)) == [f"s{n}" for n in range(5)]
    assert max(opened) == 1


# --- letters asked for again --------------------------------------------------------------------


def test_a_letter_asked_for_while_the_broker_is_away_goes_when_it_is_back(world):
    letter = not_permitted(world)
    world.broker.refuse(1, exchange="again")
    ask_again_for(world, letter.id)
    world.pass_time(timedelta(seconds=10))
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["later"]
    assert states(world) == ["REPLAYED"]


def test_a_letter_that_breaks_its_handler_again_is_set_aside_again_and_not_tried_for_ever(world):
    restart_with(world, REGISTRY_PARTY, Broken(answers=True))
    world.ask("FRA-NCB", "poison")
    world.until_quiet()
    (letter,) = world.letters(REGISTRY_PARTY)
    ask_again_for(world, letter.id)
    world.pass_time(timedelta(seconds=10))
    assert states(world) == ["SET_ASIDE"]
    assert len(world.events("FRA-NCB", "refused")) == 1
    restart_with(world, REGISTRY_PARTY, RecordingDesk(answers=True))
    ask_again_for(world, letter.id)
    world.pass_time(timedelta(seconds=10))
    assert world.effects(REGISTRY_PARTY) == ["poison"]


def test_what_can_still_be_sent_to_nobody_stays_in_sight_when_it_is_asked_for(world):
    seat = world.seats[REGISTRY_PARTY]
    seat.endpoint.transact(
        lambda outgoing: outgoing.post(
            Posting(
                to="BRA-NCB",
                payload=search("for nobody", outgoing.frame),
                lane=Lane.ROUTINE,
                answers=False,
            )
        )
    )
    (letter,) = world.letters(REGISTRY_PARTY)
    ask_again_for(world, letter.id)
    world.pass_time(timedelta(seconds=3))
    assert states(world) == ["SET_ASIDE"]


# --- defects ------------------------------------------------------------------------------------


def test_a_message_that_breaks_the_reader_is_set_aside_and_does_not_end_the_process(
    world, monkeypatch
):
    whole = arrivals.decode

    def breaking(octets):
        if b"poison" in octets:
            raise RecursionError("a defect of the reader")
        return whole(octets)

    monkeypatch.setattr(arrivals, "decode", breaking)
    for label in ("a", "poison", "b"):
        world.ask("FRA-NCB", label)
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["a", "b"]
    assert len(world.letters(REGISTRY_PARTY)) == 1
    assert len(world.events("FRA-NCB", "refused")) == 1


def test_a_desk_that_cannot_say_that_a_message_expired_does_not_end_the_process(world):
    class Speechless(RecordingDesk):
        def undelivered(self, failure, unit, frame):
            if failure.message_id == poison:
                raise RuntimeError("boom")
            super().undelivered(failure, unit, frame)

    restart_with(world, "FRA-NCB", Speechless(answers=False))
    world.broker.cut(REGISTRY_PARTY)
    poison = world.ask("FRA-NCB", "poison")
    other = world.ask("FRA-NCB", "other")
    world.pass_time(timedelta(days=7, minutes=1), step=timedelta(hours=12))
    world.pass_time(timedelta(seconds=5))
    told = [line.message_id for line in world.events("FRA-NCB", "undelivered")]
    assert told == [other]
    world.broker.mend(REGISTRY_PARTY)
    world.ask("FRA-NCB", "still alive")
    world.until_quiet()
    assert "still alive" in world.effects(REGISTRY_PARTY)


def test_what_another_gateway_took_between_two_statements_has_no_second_effect(world, monkeypatch):
    """As when two transactions of PostgreSQL take copies of one message at once."""
    world.ask("FRA-NCB", "once")
    world.settle()
    blind = [True]
    known = Inbox.known

    def sees_nothing_yet(inbox, keys):
        return {} if keys and blind and blind.pop() else known(inbox, keys)

    monkeypatch.setattr(Inbox, "known", sees_nothing_yet)
    (request,) = world.look(REGISTRY_PARTY, lambda u: u.inbox.sealed_of_type("SEARCH_REQUEST"))
    link = world.broker.link("FRA-NCB")
    link.start()
    link.publish(token="x", exchange="in.FRA-NCB.routine", routing_key="", body=request)
    world.until_quiet()
    assert blind == []
    assert world.effects(REGISTRY_PARTY) == ["once"]
    assert len(world.effects("FRA-NCB")) == 1
    assert world.letters(REGISTRY_PARTY) == []


def test_a_message_waits_where_the_clock_is_behind_and_has_its_effect_when_it_is_right(world):
    world.wrong_by[REGISTRY_PARTY] = -timedelta(hours=1)
    world.ask("FRA-NCB", "early")
    world.pass_time(timedelta(seconds=3))
    assert world.effects(REGISTRY_PARTY) == []
    assert world.letters(REGISTRY_PARTY) == []
    assert world.waiting("FRA-NCB") == 1
    world.wrong_by.clear()
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["early"]
    assert len(world.effects("FRA-NCB")) == 1
