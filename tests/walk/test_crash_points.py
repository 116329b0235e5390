"""Whatever process ends at whatever step, one effect stands at the receiver and one at the asker.

Here a covering selection: every step of one scenario. ``make crashpoints`` (CRASH_POINTS=all) tries
every step of every message type.
"""

from __future__ import annotations

import os

import pytest
from crash_processes import ASKER, SIDES
from crash_world import REFUSED, SCENARIOS, CrashWorld, broken_promises

from gateway.ids import REGISTRY_PARTY, RELAY_USER

pytestmark = pytest.mark.real

EVERY = os.environ.get("CRASH_POINTS") == "all"
WHOLE = ("REC_SUBMIT", REFUSED)
"""Scenarios whose every step is tried, those of receipts, statements and faults with them."""
CHOSEN = (
    (REGISTRY_PARTY, "after-commit took REC_SUBMIT"),
    (REGISTRY_PARTY, "before-commit took REC_SUBMIT"),
    (REGISTRY_PARTY, "before-acknowledge REC_SUBMIT"),
    (REGISTRY_PARTY, "after-acknowledge REC_SUBMIT"),
    (REGISTRY_PARTY, "handled REC_SUBMIT"),
    (REGISTRY_PARTY, "taken REC_SUBMIT"),
    (REGISTRY_PARTY, "after-publish REC_RESULT"),
    (RELAY_USER, "after-publish REC_SUBMIT"),
    (RELAY_USER, "before-publish REC_SUBMIT"),
    (RELAY_USER, "after-acknowledge REC_SUBMIT"),
    (ASKER, "before-commit sent REC_SUBMIT"),
    (ASKER, "after-commit sent REC_SUBMIT"),
    (ASKER, "after-publish REC_SUBMIT"),
    (ASKER, "after-commit took REC_RESULT"),
    (ASKER, "before-publish RECEIPT"),
    (ASKER, "after-publish RECEIPT"),
)


def scenarios() -> list[str]:
    return SCENARIOS if EVERY else ["REC_SUBMIT"]


@pytest.mark.parametrize("scenario", scenarios())
def test_one_effect_at_each_side_whatever_ends_at_whatever_step(scenario, tmp_path):
    calm = CrashWorld(tmp_path / "calm", scenario, None).outcome()
    assert broken_promises(scenario, calm) == []
    assert {side for side, _ in calm.passed} == set(SIDES)
    steps = sorted(calm.passed) if EVERY else CHOSEN
    kind = "SEARCH_REQUEST" if scenario == REFUSED else scenario
    broken = {}
    for number, (side, step) in enumerate(steps):
        assert (side, step) in calm.passed
        if scenario not in WHOLE and not step.endswith(f" {kind}"):
            continue  # what all types have in common was tried with those
        outcome = CrashWorld(tmp_path / f"{number}", scenario, (side, step)).outcome()
        assert outcome.ended == 1
        if problems := broken_promises(scenario, outcome):
            broken[side, step] = problems
    assert broken == {}
