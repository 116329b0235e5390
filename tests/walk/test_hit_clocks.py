"""Officers lead a hit to its end from their nodes, and its clock runs on through kills."""

import json

import pytest
from forked import fork
from real_world import (
    await_answer,
    await_quiet,
    command,
    drop,
    hit_files,
    running_world,
    seizure,
    thefts,
)

from gateway.demo import wait_until
from gateway.ids import REGISTRY_PARTY

pytestmark = pytest.mark.real

CLOCKS = "\n[hits]\nurgent_s = 3600.0\nroutine_s = 3.0\noffice_hours_s = 3.0\n"
"""Who is asked urgently here answers, however busy the machine; who is not lets it run out."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("hit-clocks"), launch=fork) as running:
        settings = running.home(REGISTRY_PARTY) / "iarms.toml"
        settings.write_text(settings.read_text() + CLOCKS)
        restart(running, REGISTRY_PARTY)
        yield running


def restart(world, name):
    world.kill_process(name)
    world.start(name)
    world.wait_ready(name)


def officer(world, party, *words, fails=False):
    """What the officer's command says as JSON, or its exit code."""
    code, told, errors = command(*words, "--home", str(world.home(party)), "--json")
    if fails:
        return code
    assert code == 0, errors
    return json.loads(told)


def a_hit(world, number):
    """A theft is filed, its weapon seized; the hit is known at both sides."""
    drop(world, "FRA-NCB", f"t{number}.csv", thefts([number], prefix="HC"))
    await_answer(world, "FRA-NCB", f"t{number}")
    before = len(hit_files(world, "NLD-CUSTOMS"))
    drop(world, "NLD-CUSTOMS", f"s{number}.json", seizure(f"RTM-{number}", [f"HC {number:05}-A"]))
    wait_until(lambda: len(hit_files(world, "NLD-CUSTOMS")) > before, "the notice", 240)
    await_quiet(world)
    return officer(world, "NLD-CUSTOMS", "hit", "list")[0]["hit_id"]


def state(world, hit_id):
    with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
        return unit.hits.find(hit_id).state


def test_the_owner_confirms_in_time_and_the_finder_learns_of_it(world):
    hit_id = a_hit(world, 1)
    asked = officer(world, "NLD-CUSTOMS", "hit", "request", hit_id, "--urgent")
    assert asked["hit_state_code"] == "CONFIRM_REQUESTED"
    wait_until(
        lambda: officer(world, "FRA-NCB", "hit", "list")[0]["state"] == "CONFIRM_REQUESTED",
        "the owner to be asked",
        240,
    )
    assert officer(world, "FRA-NCB", "hit", "confirm", hit_id)["hit_state_code"] == "CONFIRMED"
    wait_until(
        lambda: officer(world, "NLD-CUSTOMS", "hit", "show", hit_id)["state"] == "SEIZED",
        "the finder to learn of it",
        240,
    )
    # A step that is not open is refused before it is sent.
    assert officer(world, "FRA-NCB", "hit", "confirm", hit_id, fails=True) == 2
    words = [path.name for path in hit_files(world, "FRA-NCB") if hit_id in path.name]
    assert [sum(step in word for word in words) for step in ("-request", "-confirm", "-seize")] == [
        1,
        1,
        1,
    ]


def test_hub_and_nodes_killed_in_every_state_keep_the_clock(world):
    hit_id = a_hit(world, 2)
    restart(world, REGISTRY_PARTY)
    officer(world, "NLD-CUSTOMS", "hit", "request", hit_id)
    states = set()
    for name in (REGISTRY_PARTY, "FRA-NCB", REGISTRY_PARTY, "NLD-CUSTOMS"):
        states.add(state(world, hit_id))
        restart(world, name)
    wait_until(lambda: state(world, hit_id) == "LAPSED", "the clocks to run out", 240)
    restart(world, REGISTRY_PARTY)
    await_quiet(world)
    with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
        steps = [event.step for event in unit.hits.events(hit_id)]
    assert [step for step in steps if step != "RECEIVE"] == ["REQUEST", "REPEAT", "REPEAT", "LAPSE"]
    for party in ("FRA-NCB", "NLD-CUSTOMS"):
        told = officer(world, party, "hit", "show", hit_id)["steps"]
        assert [step["hit_step_code"] for step in told] == ["REQUEST", "REPEAT", "REPEAT", "LAPSE"]
    # Late is better than never.
    assert officer(world, "FRA-NCB", "hit", "deny", hit_id)["hit_state_code"] == "NOT_CONFIRMED"
