"""Gaps, statements and restores: what two parties hold of one another settles by itself."""

import shutil
from datetime import timedelta

import pytest
from memory_world import MemoryWorld

from gateway.ids import REGISTRY_PARTY

pytestmark = [pytest.mark.unit, pytest.mark.slow]

FRANCE = "FRA-NCB"


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path, parties=(FRANCE,))
    yield made
    made.close()


def pair_of(world, party, peer):
    with world.seats[party].store.unit() as unit:
        one = unit.pairs.of(peer)
        return one, unit.pairs.missing(one), unit.pairs.sent_up_to(peer), unit.pairs.gone(peer)


def effects(world, party):
    with world.seats[party].store.unit() as unit:
        return [line.detail for line in unit.journal.lines() if line.event == "effect"]


def events(world, party, name):
    with world.seats[party].store.unit() as unit:
        return [line for line in unit.journal.lines() if line.event == name]


def copy_of(world, party, folder):
    seat = world.seats[party]
    seat.store.close()
    for file in seat.database.parent.glob(f"{seat.database.name}*"):
        shutil.copy(file, folder / file.name)


def put_back(world, party, folder):
    """The process dies, and its database is the copy of then."""
    seat = world.seats[party]
    seat.link.stop(timedelta(0))
    seat.store.close()
    for file in seat.database.parent.glob(f"{seat.database.name}*"):
        file.unlink()
    for file in folder.glob(f"{seat.database.name}*"):
        shutil.copy(file, seat.database.parent / file.name)
    world.start(seat)


def test_a_pair_without_faults_is_whole_and_asks_for_nothing(world):
    for number in range(3):
        world.ask(FRANCE, f"ask {number}")
    world.until_quiet()
    world.pass_time(timedelta(seconds=30), step=timedelta(seconds=5))
    one, missing, _, gone = pair_of(world, REGISTRY_PARTY, FRANCE)
    assert (one.whole, missing, gone) == (3, (3, []), 0)
    assert events(world, FRANCE, "pair.sent-again") == []


def test_a_registry_restored_from_an_old_copy_gets_the_gap_again(world, tmp_path):
    kept = tmp_path / "copy"
    kept.mkdir()
    world.ask(FRANCE, "before")
    world.until_quiet()
    copy_of(world, REGISTRY_PARTY, kept)
    for label in ("lost 1", "lost 2"):
        world.ask(FRANCE, label)
        world.until_quiet()
    put_back(world, REGISTRY_PARTY, kept)
    assert effects(world, REGISTRY_PARTY) == ["before"]
    world.pass_time(timedelta(minutes=2), step=timedelta(seconds=5))
    assert effects(world, REGISTRY_PARTY) == ["before", "lost 1", "lost 2"]
    one, missing, sent, _ = pair_of(world, REGISTRY_PARTY, FRANCE)
    assert one.restored_at is not None
    assert missing == (3, [])
    assert sent == 3  # no number is given twice
    # Nobody is answered a second time.
    assert len([e for e in effects(world, FRANCE) if e.startswith("answer")]) == 3


@pytest.mark.slow
def test_a_registry_that_lost_everything_is_filled_again_by_what_countries_kept(world):
    for number in range(60):  # more than one answer holds
        world.ask(FRANCE, f"ask {number}")
    world.until_quiet()
    seat = world.seats[REGISTRY_PARTY]
    seat.link.stop(timedelta(0))
    seat.store.close()
    for file in seat.database.parent.glob(f"{seat.database.name}*"):
        file.unlink()
    world.start(seat)
    world.ask(FRANCE, "the first after it")
    world.pass_time(timedelta(minutes=3), step=timedelta(seconds=5))
    wanted = {*(f"ask {number}" for number in range(60)), "the first after it"}
    assert sorted(effects(world, REGISTRY_PARTY)) == sorted(wanted)
    assert pair_of(world, REGISTRY_PARTY, FRANCE)[1] == (61, [])


def test_a_country_restored_from_an_old_copy_goes_on_with_fresh_numbers(world, tmp_path):
    kept = tmp_path / "copy"
    kept.mkdir()
    world.ask(FRANCE, "before")
    world.until_quiet()
    copy_of(world, FRANCE, kept)
    world.ask(FRANCE, "after")
    world.until_quiet()
    put_back(world, FRANCE, kept)
    world.pass_time(timedelta(minutes=1), step=timedelta(seconds=5))
    assert pair_of(world, FRANCE, REGISTRY_PARTY)[2] == 2
    assert len(events(world, FRANCE, "pair.restored")) == 1
    # The answer that the copy did not know came again, as the registry kept it.
    assert len([e for e in effects(world, FRANCE) if e.startswith("answer")]) == 2


def test_a_number_that_ended_in_a_failure_is_never_sent_and_is_counted_as_gone(world):
    world.broker.block(blocked=True)
    world.ask(FRANCE, "too late")
    world.pass_time(timedelta(days=8), step=timedelta(hours=6))
    world.broker.block(blocked=False)
    world.directory = world.make_directory(2)
    world.ask(FRANCE, "in time")
    world.pass_time(timedelta(minutes=5), step=timedelta(seconds=5))
    assert effects(world, REGISTRY_PARTY) == ["in time"]
    _, missing, _, gone = pair_of(world, REGISTRY_PARTY, FRANCE)
    assert (missing, gone) == ((2, []), 1)
    assert len(events(world, REGISTRY_PARTY, "pair.never-come")) == 1
    assert len(events(world, FRANCE, "undelivered")) == 1
