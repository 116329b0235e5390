"""What people and clocks ask of a process: done once, answered, and never lost on the way."""

import json
from datetime import timedelta

import pytest
from memory_world import MemoryWorld, search

from gateway.endpoint import Clerks
from gateway.errors import GatewayError
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.posting import Posting
from gateway.store import ErrandState

pytestmark = [pytest.mark.unit, pytest.mark.slow]
OFFICER = "officer-7"


class Desk:
    """Asks the registry what the errand's body or the clock's subject says."""

    def __init__(self):
        self.broken = False

    def carry_out(self, errand, outgoing):
        label = json.loads(errand.body)
        if label == "nonsense":
            raise GatewayError("that is nonsense", value=label, remedy="ask something else")
        if label == "boom":
            self.ask("never sent", outgoing)
            raise RuntimeError("boom")
        return json.dumps(self.ask(label, outgoing)).encode()

    def fire(self, timer, outgoing):
        self.ask(timer.subject, outgoing)
        if self.broken:
            raise RuntimeError("not now")

    @staticmethod
    def ask(label, outgoing):
        payload = search(label, outgoing.frame)
        posting = Posting(to=REGISTRY_PARTY, payload=payload, lane=Lane.ROUTINE, answers=False)
        return outgoing.post(posting)


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    seat = made.seats["FRA-NCB"]
    made.desk = Desk()
    seat.clerk = Clerks({"test": made.desk})
    made.crash(seat)
    made.settle()
    return made


def leave(world, label, kind="test.ask"):
    body = json.dumps(label).encode()
    number = world.look(
        "FRA-NCB", lambda u: u.errands.ask(kind, body, actor=OFFICER, now=world.now)
    )
    world.seats["FRA-NCB"].endpoint.ring()
    return number


def errand(world, number):
    return world.look("FRA-NCB", lambda unit: unit.errands.get(number))


def set_clock(world, subject, after, kind="test.clock"):
    due = world.now + after
    world.look("FRA-NCB", lambda unit: unit.timers.set(kind, subject, due=due, now=world.now))


def asked(world):
    return world.effects(REGISTRY_PARTY)


def test_an_errand_is_done_as_soon_as_the_bell_rings(world):
    number = leave(world, "one")
    world.settle()
    assert asked(world) == ["one"]
    done = errand(world, number)
    assert done.state is ErrandState.DONE
    assert done.actor == OFFICER
    assert len(json.loads(done.answer)) == 36


def test_an_errand_that_was_left_with_nobody_there_is_done_after_the_start(world):
    body = b'"later"'
    world.look("FRA-NCB", lambda u: u.errands.ask("test.x", body, actor=OFFICER, now=world.now))
    world.crash(world.seats["FRA-NCB"])
    world.pass_time(timedelta(seconds=2))
    assert asked(world) == ["later"]


def test_a_refused_errand_says_why_and_leaves_nothing(world):
    refused, failed, unknown = (
        leave(world, "nonsense"),
        leave(world, "boom"),
        leave(world, "x", kind="other.ask"),
    )
    good = leave(world, "good")
    world.until_quiet()
    assert asked(world) == ["good"]
    assert errand(world, good).state is ErrandState.DONE
    facts = json.loads(errand(world, refused).answer)
    assert facts["message"] == "that is nonsense"
    assert facts["remedy"] == "ask something else"
    assert errand(world, failed).state is ErrandState.REFUSED
    assert json.loads(errand(world, unknown).answer)["code"] == "endpoint.unknown-errand"


@pytest.mark.slow
@pytest.mark.parametrize("steps", range(1, 12))
def test_a_crash_anywhere_does_an_errand_once(tmp_path, steps):
    world = MemoryWorld(tmp_path)
    seat = world.seats["FRA-NCB"]
    seat.clerk = Clerks({"test": Desk()})
    world.crash(seat)
    world.settle()
    number = leave(world, "once")
    seat.fuse.at = seat.fuse.steps + steps
    world.until_quiet()
    world.pass_time(timedelta(seconds=2))
    world.until_quiet()
    assert asked(world) == ["once"]
    assert errand(world, number).state is ErrandState.DONE


def test_a_clock_fires_once_when_it_is_due_and_not_before(world):
    set_clock(world, "now", timedelta(seconds=30))
    set_clock(world, "never", timedelta(seconds=30))
    world.look("FRA-NCB", lambda unit: unit.timers.stop("test.clock", "never"))
    world.pass_time(timedelta(seconds=28))
    assert asked(world) == []
    world.crash(world.seats["FRA-NCB"])
    world.pass_time(timedelta(seconds=10))
    assert asked(world) == ["now"]


def test_a_clock_that_is_set_anew_fires_at_its_new_time(world):
    set_clock(world, "a", timedelta(seconds=5))
    set_clock(world, "a", timedelta(seconds=20))
    world.pass_time(timedelta(seconds=15))
    assert asked(world) == []
    world.pass_time(timedelta(seconds=10))
    assert asked(world) == ["a"]


def test_a_clock_whose_handler_fails_fires_again_and_holds_no_other(world):
    world.desk.broken = True
    set_clock(world, "first", timedelta(seconds=1))
    world.pass_time(timedelta(seconds=3))
    assert asked(world) == []
    world.desk.broken = False
    set_clock(world, "second", timedelta(seconds=1))
    world.pass_time(timedelta(seconds=60))
    assert sorted(asked(world)) == ["first", "second"]
