"""Hypothesis drives a world as it likes, and shrinks what it finds to the fewest moves."""

from datetime import timedelta
from random import Random

import pytest
from drawn import examples
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.simulation import (
    FAULTS,
    Setting,
    Step,
    What,
    World,
    act,
    check,
    planted,
)
from gateway.simulation.world import COUNTRIES

pytestmark = pytest.mark.unit

PARTIES = COUNTRIES[:3]
SAFE_ALWAYS = ("I1.acknowledged-before-safe", "I1.promised-without-commit", "I2", "I5.numbers")
numbers = st.integers(0, 999)


class Exchange(RuleBasedStateMachine):
    """The moves: a question, a fault, a while that passes. At the end all of it is judged."""

    def __init__(self):
        super().__init__()
        self.world = None
        self.judged = False

    @initialize(seed=st.integers(0, 9), window=st.sampled_from([3, 100]))
    def begins(self, seed, window):
        self.world = World(Setting(seed=seed, countries=len(PARTIES), window=window))
        self.world.run_for(timedelta(milliseconds=100))

    @rule(party=st.sampled_from(PARTIES), what=st.sampled_from(list(What)), chance=numbers)
    def asks(self, party, what, chance):
        self.world.clients[party].ask(what, Random(chance))

    @rule(name=st.sampled_from(sorted(set(FAULTS) - {"absence"})), chance=numbers)
    def breaks(self, name, chance):
        facts = FAULTS[name].draw(Random(chance), PARTIES)
        act(self.world, Step(at_ms=0, act=name, facts=facts))

    @precondition(lambda self: self.world is not None)
    @rule(ms=st.sampled_from([10, 100, 1_000, 12_000]))
    def passes(self, ms):
        self.world.run_for(timedelta(milliseconds=ms))

    @invariant()
    def nothing_is_wrong_yet(self):
        if self.world is None:
            return
        found = [str(v) for v in check(self.world.shelf.entries())]
        broken = [v for v in found if v.startswith(SAFE_ALWAYS)]
        self.judged = bool(broken)
        assert broken == []

    def teardown(self):
        if self.world is not None and not self.judged:
            # What ends by itself in time is given its time, so that nothing is healed twice.
            self.world.run_for(timedelta(seconds=61))
            self.world.settle()
            assert [str(v) for v in check(self.world.shelf.entries())] == []


class Unsettled(Exchange):
    """Judged after each move and not at the end: enough for what is wrong at once."""

    def teardown(self):
        pass


QUICK = settings(
    max_examples=examples(25),
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
def test_few_moves_break_no_promise():
    run_state_machine_as_test(Exchange, settings=settings(QUICK, max_examples=examples(4)))


@pytest.mark.slow
def test_no_moves_break_a_promise():
    run_state_machine_as_test(Exchange, settings=QUICK)


@pytest.mark.slow
def test_a_planted_defect_is_found_and_shrunk_to_a_move_or_two():
    with planted("relay-acknowledges-first"), pytest.raises(AssertionError) as raised:
        run_state_machine_as_test(Unsettled, settings=settings(QUICK, stateful_step_count=5))
    moves = "".join(raised.value.__notes__)
    assert "I1.acknowledged-before-safe" in str(raised.value)
    assert moves.count(".asks(") + moves.count(".breaks(") <= 2
