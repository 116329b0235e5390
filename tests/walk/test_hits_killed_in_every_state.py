"""Hub and both nodes are killed in every state of standard 2.6.2; state, steps and clock stay.

It takes minutes: `make crashpoints` runs it, `make test` the shorter walk of ``test_hit_clocks``.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from forked import fork
from real_world import await_answer, await_quiet, drop, running_world, thefts

from gateway.demo import wait_until
from gateway.ids import REGISTRY_PARTY
from gateway.payload import HitStateCode
from gateway.registry.hitsteps import CLOCK

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        os.environ.get("CRASH_POINTS") != "all", reason="takes minutes: make crashpoints"
    ),
]

OWNER, FINDER = "FRA-NCB", "NLD-CUSTOMS"
ROUTINE = timedelta(hours=2)
CLOCKS = f"\n[hits]\nroutine_s = {ROUTINE.total_seconds()}\n"


def opening(now):
    """A day on which the owner's office is at work, two days ahead, and when it opens."""
    day = (now + timedelta(days=2)).replace(hour=8, minute=0, second=0, microsecond=0)
    return day.isoweekday(), day


@pytest.fixture
def world(tmp_path):
    with running_world(tmp_path, launch=fork) as running:
        settings = running.home(REGISTRY_PARTY) / "iarms.toml"
        settings.write_text(settings.read_text() + CLOCKS)
        weekday, _ = opening(datetime.now(UTC))
        office = running.home(OWNER) / "iarms.toml"
        hours = f'[office]\nhours = ["{weekday} 08:00-18:00"]\ntime_zone = "UTC"\nalways = false\n'
        office.write_text(office.read_text().replace("[office]\n", hours))
        for name in (REGISTRY_PARTY, OWNER):
            running.kill_process(name)
            running.start(name)
            running.wait_ready(name)
        await_quiet(running)
        yield running


def officer(world, party, *words):
    command = [sys.executable, "-m", "gateway.cli", *words, "--home", str(world.home(party))]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout)


def standing(world, hit_id):
    """The state at the hub and at both nodes, the steps, and when the clock runs out."""
    with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
        timer = unit.timers.running(CLOCK, hit_id)
        steps = [event.step for event in unit.hits.events(hit_id)]
        hub = unit.hits.find(hit_id).state
    nodes = []
    for party in (OWNER, FINDER):
        with world.store(party) as store, store.unit() as unit:
            held = unit.node_hits.find(hit_id)
            nodes.append(
                (None, 0) if held is None else (held.state, len(unit.node_hits.told(hit_id)))
            )
    return hub, steps, None if timer is None else timer.due, nodes


def killed(world, hit_id, state, *, but=()):
    """Kills all three in ``state``, starts them, and gives when the clock runs out."""
    wait_until(lambda: standing(world, hit_id)[0] == state, f"the hit to be {state}", 240)
    if OWNER not in but:
        await_quiet(world)
    before = standing(world, hit_id)
    assert before[0] == state
    names = [name for name in (REGISTRY_PARTY, OWNER, FINDER) if name not in but]
    for name in names:
        world.kill_process(name)
    for name in names:
        world.start(name)
    for name in names:
        world.wait_ready(name)
    if OWNER not in but:
        await_quiet(world)
    assert standing(world, hit_id) == before
    return before[2]


def found(world, number):
    """The hit of a search for a weapon that the owner filed."""
    words = ("--make", "Beretta", "--calibre", "9 mm", "--type", "PISTOL", "--in-sight")
    why = ("--purpose", "BORDER_CONTROL", "--reason", "CUSTOMS_CONTROL", "--case", "RTM-7")
    officer(world, FINDER, "search", "run", "--serial", f"HK {number:05}-A", *words, *why)

    def newest():
        with world.store(FINDER) as store, store.unit() as unit:
            held = unit.node_hits.all()
        return held[0].hit_id if len(held) == number else None

    wait_until(newest, "the notice", 240)
    return newest()


def test_a_hit_killed_in_every_state_keeps_its_steps_and_its_clock_to_the_second(world):
    drop(world, OWNER, "t.csv", thefts([1, 2], prefix="HK"))
    await_answer(world, OWNER, "t")
    await_quiet(world)
    seen = set()

    def through(hit_id, state, **options):
        seen.add(state)
        return killed(world, hit_id, state, **options)

    # The owner is away: its receipt is missing.
    world.kill_process(OWNER)
    hit_id = found(world, 1)
    assert through(hit_id, "RAISED", but=(OWNER,)) is None
    world.start(OWNER)
    world.wait_ready(OWNER)
    assert through(hit_id, "NOTIFIED") is None

    # Its office opens in two days; the clock of a routine request runs in its hours alone.
    officer(world, FINDER, "hit", "request", hit_id)
    _, opens = opening(datetime.now(UTC))
    assert through(hit_id, "CONFIRM_REQUESTED") == opens + ROUTINE
    asked = datetime.now(UTC)
    officer(world, OWNER, "hit", "more-time", hit_id, "--minutes", "90")
    due = through(hit_id, "MORE_TIME")
    assert timedelta(0) <= due - (asked + timedelta(minutes=90)) + timedelta(seconds=1)
    assert due.microsecond == 0
    officer(world, OWNER, "hit", "confirm", hit_id)
    assert through(hit_id, "CONFIRMED") is None
    officer(world, FINDER, "hit", "seize", hit_id, "--law", "Algemene douanewet")
    assert through(hit_id, "SEIZED") is None
    officer(world, FINDER, "hit", "dispose", hit_id, "--as", "RETURNED")
    assert through(hit_id, "DISPOSED") is None
    officer(world, OWNER, "hit", "close", hit_id)
    assert through(hit_id, "CLOSED") is None
    assert [step for step in standing(world, hit_id)[1] if step != "RECEIVE"] == [
        *("REQUEST", "DELAY", "CONFIRM", "SEIZE", "DISPOSE", "CLOSE")
    ]

    hit_id = found(world, 2)
    officer(world, FINDER, "hit", "request", hit_id)
    officer(world, OWNER, "hit", "deny", hit_id)
    through(hit_id, "NOT_CONFIRMED")
    officer(world, FINDER, "hit", "false", hit_id, "--reason", "READING_ERROR")
    through(hit_id, "FALSE_HIT")

    pistol = ("--make", "Beretta", "--calibre", "9 mm", "--type", "PISTOL", "--date", "2026-01-05")
    filed = ("--number", "2026/3", "--serial", "HK 00003-A", *pistol)
    officer(world, OWNER, "record", "submit", *filed)
    hit_id = found(world, 3)
    record_id = officer(world, FINDER, "hit", "show", hit_id)["record_id"]
    cancel = ("--to", "CANCELLED", "--reason", "NOT_STOLEN")
    officer(world, OWNER, "record", "status", record_id, *cancel)
    through(hit_id, "REVOKED")

    assert {state.value for state in HitStateCode} - seen == {"LAPSED"}  # in test_hit_clocks
