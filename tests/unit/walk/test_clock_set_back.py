"""A clock that is set back holds nothing up: what was planned by it is planned anew."""

from datetime import timedelta

import pytest
from memory_world import MemoryWorld

from gateway.ids import REGISTRY_PARTY

pytestmark = pytest.mark.unit

HOUR = timedelta(hours=1)


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    made.settle()
    yield made
    made.close()


def test_what_was_asked_before_the_clock_went_back_an_hour_is_settled_at_once(world):
    world.now += HOUR
    world.ask("FRA-NCB", "early")
    world.settle()
    world.now -= HOUR
    world.until_quiet(most=timedelta(minutes=2))
    assert world.waiting("FRA-NCB") == world.waiting(REGISTRY_PARTY) == 0
    assert world.effects(REGISTRY_PARTY) == ["early"]


def test_what_is_asked_after_the_clock_went_back_is_answered_at_once(world):
    world.now += HOUR
    world.settle()
    world.now -= HOUR
    world.ask("FRA-NCB", "late")
    world.until_quiet(most=timedelta(minutes=2))
    assert world.waiting("FRA-NCB") == world.waiting(REGISTRY_PARTY) == 0
    assert len(world.effects("FRA-NCB")) == 1


def step_alone(world, party):
    """``party`` does what is due; the relay's process loses what it is given."""
    seat = world.seats[party]
    seat.endpoint.step(seat.link.take(limit=100, timeout=timedelta(0)))
    world.relay_link.take(limit=100, timeout=timedelta(0))


def test_what_was_tried_again_while_the_clock_was_ahead_does_not_wait_for_that_hour(world):
    world.ask("FRA-NCB", "patient")
    step_alone(world, "FRA-NCB")
    world.wrong_by["FRA-NCB"] = HOUR
    step_alone(world, "FRA-NCB")
    del world.wrong_by["FRA-NCB"]
    # Sooner than its receiver would miss its number, and ask for it.
    world.pass_time(timedelta(seconds=3))
    assert world.effects(REGISTRY_PARTY) == ["patient"]
