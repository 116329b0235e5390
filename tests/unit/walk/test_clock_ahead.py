"""A clock that is ahead of the exchange's delays what it dated, and loses and doubles nothing."""

import random
from datetime import timedelta

import pytest
from memory_world import MemoryWorld

from gateway.envelope import peek_header
from gateway.ids import REGISTRY_PARTY

pytestmark = [pytest.mark.unit, pytest.mark.slow]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    made.settle()
    yield made
    made.close()


def lost(**_message):
    """What a link that loses all does with a message."""


def ahead_of(world, party):
    return world.look(party, lambda unit: unit.outbox.ahead(world.now))


def sealed_by(world, party, message_id):
    kept = world.look(party, lambda unit: unit.evidence.sent([message_id]))
    return peek_header(kept[message_id].octets)


def test_what_a_country_dates_an_hour_ahead_waits_and_goes_when_its_clock_is_put_right(world):
    world.wrong_by["FRA-NCB"] = HOUR
    asked = world.ask("FRA-NCB", "early")
    world.pass_time(MINUTE)
    assert world.effects(REGISTRY_PARTY) == []
    assert world.events("FRA-NCB", "refused") == []  # nothing failed
    number, by = ahead_of(world, "FRA-NCB")
    assert (number >= 1, by > timedelta(minutes=59)) == (True, True)
    del world.wrong_by["FRA-NCB"]
    world.until_quiet(most=MINUTE)
    assert world.effects(REGISTRY_PARTY) == ["early"]
    assert len(world.effects("FRA-NCB")) == 1
    assert asked in {line.message_id for line in world.events("FRA-NCB", "message.dated-anew")}
    assert ahead_of(world, "FRA-NCB") == (0, timedelta(0))


def test_what_the_centre_dates_an_hour_ahead_reaches_its_country_when_the_clock_is_right(world):
    world.wrong_by[REGISTRY_PARTY] = HOUR
    world.ask("FRA-NCB", "asked")
    world.pass_time(MINUTE)
    assert world.effects(REGISTRY_PARTY) == ["asked"]
    assert world.effects("FRA-NCB") == []
    assert ahead_of(world, REGISTRY_PARTY)[0] == 1
    assert world.letters(REGISTRY_PARTY) == []  # it waits in the outbox, and nowhere else
    del world.wrong_by[REGISTRY_PARTY]
    world.until_quiet(most=MINUTE)
    assert len(world.effects("FRA-NCB")) == 1
    assert world.effects(REGISTRY_PARTY) == ["asked"]


def test_a_process_that_starts_after_its_clock_was_put_right_dates_anew_what_it_finds(world):
    world.wrong_by["FRA-NCB"] = HOUR
    world.ask("FRA-NCB", "early")
    world.pass_time(MINUTE)
    del world.wrong_by["FRA-NCB"]
    world.crash(world.seats["FRA-NCB"])
    world.until_quiet(most=MINUTE)
    assert world.effects(REGISTRY_PARTY) == ["early"]


def test_while_a_clock_is_ahead_little_is_sent_in_vain(world):
    world.wrong_by["FRA-NCB"] = HOUR
    world.ask("FRA-NCB", "first")
    world.settle()
    published = []
    link = world.seats["FRA-NCB"].link
    publish = link.publish
    link.publish = lambda **message: (published.append(message["token"]), publish(**message))
    for number in range(50):
        world.ask("FRA-NCB", f"more {number}")
    world.pass_time(MINUTE)
    assert len(published) <= 5
    del world.wrong_by["FRA-NCB"]
    world.until_quiet(most=MINUTE)
    assert len(world.effects(REGISTRY_PARTY)) == len(set(world.effects(REGISTRY_PARTY))) == 51


def test_what_lies_in_the_future_of_a_relay_that_is_behind_goes_when_that_is_put_right(world):
    right = world.relay.step
    world.relay.step = lambda events, now: right(events, now - HOUR)
    world.ask("FRA-NCB", "asked")
    world.pass_time(MINUTE)
    assert world.effects(REGISTRY_PARTY) == []
    world.relay.step = right
    world.until_quiet(most=3 * MINUTE)
    assert world.effects(REGISTRY_PARTY) == ["asked"]
    assert len(world.effects("FRA-NCB")) == 1


def test_what_was_taken_before_it_was_dated_anew_has_one_effect(world):
    """Within the skew it passes; its receipt is lost, and the clock is set back by a day."""
    world.wrong_by["FRA-NCB"] = HOUR
    world.wrong_by[REGISTRY_PARTY] = HOUR
    right = world.relay.step
    world.relay.step = lambda events, now: right(events, now + HOUR)
    world.seats[REGISTRY_PARTY].link.publish = lost
    world.ask("FRA-NCB", "taken")
    world.settle()
    assert world.effects(REGISTRY_PARTY) == ["taken"]
    world.relay.step = right
    world.wrong_by.clear()
    world.crash(world.seats[REGISTRY_PARTY])
    world.until_quiet(most=3 * MINUTE)
    assert world.effects(REGISTRY_PARTY) == ["taken"]
    assert len(world.effects("FRA-NCB")) == 1


def test_a_message_keeps_its_id_number_content_and_life_with_its_new_date(world):
    world.wrong_by["FRA-NCB"] = HOUR
    asked = world.ask("FRA-NCB", "early")
    before = sealed_by(world, "FRA-NCB", asked)
    world.settle()
    del world.wrong_by["FRA-NCB"]
    world.seats["FRA-NCB"].link.publish = lost
    world.pass_time(timedelta(seconds=3))
    after = sealed_by(world, "FRA-NCB", asked)
    assert after.message_id == before.message_id == asked
    assert (after.to[0].seq, after.digest) == (before.to[0].seq, before.digest)
    assert before.created - after.created > timedelta(minutes=59)
    assert after.expires - after.created == before.expires - before.created


def test_what_is_dated_further_ahead_than_anybody_remembers_ids_is_not_dated_anew(world):
    world.wrong_by["FRA-NCB"] = timedelta(days=25)
    world.ask("FRA-NCB", "far")
    world.pass_time(timedelta(seconds=5))
    del world.wrong_by["FRA-NCB"]
    world.pass_time(timedelta(seconds=30))
    assert world.events("FRA-NCB", "message.dated-anew") == []
    number, by = ahead_of(world, "FRA-NCB")  # and in sight
    assert (number >= 1, by > timedelta(days=24)) == (True, True)


def test_a_clock_that_falls_behind_dates_nothing_anew(world):
    world.relay_link.stop(timedelta(0))
    world.ask("FRA-NCB", "right")
    world.settle()
    world.wrong_by["FRA-NCB"] = -HOUR
    world.pass_time(MINUTE)
    world.crash(world.seats["FRA-NCB"])
    world.pass_time(MINUTE)
    assert world.waiting("FRA-NCB") > 0
    assert world.events("FRA-NCB", "message.dated-anew") == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_clocks_say_each_question_has_one_effect_and_one_answer(world, seed):
    draw = random.Random(seed)
    asked = []
    for number in range(12):
        who = draw.choice(["FRA-NCB", "USA-NCB", REGISTRY_PARTY])
        world.wrong_by[who] = draw.choice(
            [-HOUR, -6 * MINUTE, timedelta(0), 6 * MINUTE, HOUR, 30 * HOUR]
        )
        label = f"question {number}"
        asked.append(label)
        world.ask(draw.choice(["FRA-NCB", "USA-NCB"]), label)
        if draw.random() < 0.3:
            world.crash(world.seats[draw.choice(["FRA-NCB", "USA-NCB", REGISTRY_PARTY])])
        world.pass_time(timedelta(seconds=draw.choice([1, 2, 5])))
    world.wrong_by.clear()
    world.until_quiet(most=10 * MINUTE)
    assert sorted(world.effects(REGISTRY_PARTY)) == sorted(asked)
    answers = [*world.effects("FRA-NCB"), *world.effects("USA-NCB")]
    assert len(answers) == len(set(answers)) == len(asked)
    assert all(ahead_of(world, party)[0] == 0 for party in world.seats)
