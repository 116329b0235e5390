"""Whole worlds from a seed: what holds, what happens again octet for octet, what is drawn."""

import os
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from gateway.simulation import (
    CORPUS,
    DEFECTS,
    FAULTS,
    ReplayError,
    What,
    draw,
    hunt,
    live,
    planted,
    read_ledgers,
    replay,
    shrink,
)
from gateway.simulation import check as judge
from gateway.simulation.corpus import seeds_of_a_hunt

pytestmark = pytest.mark.unit


@cache
def seed_of_a_find():
    """Hunted once for all tests that need a world that a defect breaks."""
    return hunt("dropped-on-confirm", seconds=30).seed


FAST = ("acknowledge-before-commit", "dropped-on-confirm", "number-not-kept", "relay-permits-all")


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 200, 40))
def test_no_promise_is_broken_under_the_faults_of_a_seed(first):
    broken = [
        history.line()
        for seed in range(first, first + 40)
        if not (history := live(draw(seed))).holds
    ]
    assert broken == []


@pytest.mark.slow
def test_a_search_and_the_record_that_it_waits_for_may_come_in_one_transaction():
    assert live(draw(6528)).holds


@pytest.mark.slow
def test_a_seed_happens_again_octet_for_octet_in_another_process():
    line = live(draw(5)).line()
    again = subprocess.run(
        [
            sys.executable,
            "-c",
            "from gateway.simulation import draw, live; print(live(draw(5)).line())",
        ],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == line


@pytest.mark.slow
def test_a_printed_line_is_replayed_octet_for_octet_under_another_hash_seed():
    line = live(draw(30)).line()
    again = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "simulate", "--replay", line],
        env={**os.environ, "PYTHONHASHSEED": "4242"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == line


@pytest.mark.slow
def test_a_printed_line_is_enough_to_do_its_world_again():
    line = live(draw(6)).line()
    assert replay(line).line() == line


@pytest.mark.slow
def test_a_line_of_other_code_is_told_to_be_one():
    line = live(draw(6)).line()
    with pytest.raises(ReplayError, match="the code is another"):
        replay(line.replace("fingerprint=", "fingerprint=0"))


@pytest.mark.parametrize("line", ["", "seed=x", "seed=1 generation=999"])
def test_a_line_that_cannot_be_done_again_is_refused(line):
    with pytest.raises(ReplayError):
        replay(line)


def test_plans_draw_every_fault_and_every_question():
    plans = [draw(seed) for seed in range(400)]
    acts = Counter(step.act for plan in plans for step in plan.steps)
    asked = {step.facts.get("what") for plan in plans for step in plan.steps}
    assert set(acts) == {*FAULTS, "ask"}
    assert asked >= set(What)


@pytest.mark.slow
def test_ledgers_on_disk_are_judged_as_those_in_memory(tmp_path):
    seed = seed_of_a_find()
    with planted("dropped-on-confirm"):
        history = live(draw(seed), ledgers=tmp_path)
    assert tuple(judge(read_ledgers(tmp_path))) == history.violations != ()


@pytest.mark.slow
@pytest.mark.parametrize("name", FAST)
def test_a_planted_defect_is_found(name):
    found = hunt(name, seconds=30)
    assert found.seed is not None


@pytest.mark.slow
def test_a_defect_is_gone_when_it_is_dug_out():
    seed = seed_of_a_find()
    assert live(draw(seed)).holds


@pytest.mark.slow
def test_a_broken_plan_shrinks_to_steps_that_break_the_same_promise():
    with planted("relay-permits-all"):
        found = live(draw(next(s for s in range(200) if not live(draw(s)).holds)))
        fewest = shrink(found)
    assert not fewest.holds
    assert len(fewest.plan.steps) < len(found.plan.steps)
    assert {v.name for v in fewest.violations} & {v.name for v in found.violations}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_stands_over_code_that_is_still_there(name):
    with planted(name):
        pass


def test_a_hunt_begins_with_the_worlds_that_find_what_few_others_find():
    seeds = list(seeds_of_a_hunt(first=10, most=20))
    assert seeds[: len(CORPUS)] == list(CORPUS)
    assert len(set(seeds)) == len(seeds)
    assert set(seeds) == {*CORPUS, *range(10, 30)}


def test_at_least_thirty_defects_are_known():
    assert len(DEFECTS) >= 30
