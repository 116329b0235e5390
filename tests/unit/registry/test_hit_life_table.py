"""The states of a hit, held to the table of the standard and of the specification."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.payload import ConfirmationUrgencyCode, HitStateCode, HitStepCode
from gateway.registry.hitlife import (
    HIT_TRANSITIONS,
    OPEN,
    Clocks,
    HitActor,
    hit_steps,
    hit_transition,
)

SPEC = Path(__file__).parents[3] / "docs" / "spec" / "registry.md"
ENDS = {HitStateCode.FALSE_HIT, HitStateCode.REVOKED}


def test_the_specification_lists_every_step() -> None:
    section = SPEC.read_text(encoding="utf-8").split("\n## 10 ")[1].split("\n## ")[0]
    rows = re.findall(
        r"^\| ([A-Z_, ]+|all but [A-Z_, ]+) \| ([A-Z]+) \| ([A-Z_]+) \|", section, re.MULTILINE
    )
    listed = set()
    for sources, step, target in rows:
        names = {s.strip() for s in sources.removeprefix("all but ").split(",")}
        if sources.startswith("all but"):
            names = {state.value for state in HitStateCode} - names
        listed |= {(name, step, target) for name in names}
    assert listed == {(t.source.value, t.step.value, t.target.value) for t in HIT_TRANSITIONS}


@given(st.lists(st.tuples(st.sampled_from(HitStepCode), st.sampled_from(HitActor)), max_size=40))
def test_no_walk_leaves_the_table_and_an_end_is_an_end(
    walk: list[tuple[HitStepCode, HitActor]],
) -> None:
    state = HitStateCode.RAISED
    for step, actor in walk:
        found = hit_transition(state, step, actor)
        assert (found is not None) is (step in hit_steps(state, actor))
        if found is None:
            continue
        assert state not in ENDS
        state = found.target


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_hit_has_somebody_who_can_lead_it_on(state: HitStateCode) -> None:
    assert any(hit_steps(state, actor) for actor in HitActor)


def test_a_finder_never_answers_for_the_owner() -> None:
    answers = {HitStepCode.CONFIRM, HitStepCode.DENY, HitStepCode.DELAY}
    for state in HitStateCode:
        assert not answers & set(hit_steps(state, HitActor.FINDER))


@pytest.mark.parametrize(
    ("urgency", "always", "span"),
    [
        ("URGENT", True, timedelta(minutes=10)),
        ("ROUTINE", True, timedelta(minutes=60)),
        ("URGENT", False, timedelta(hours=12)),
        ("ROUTINE", False, timedelta(hours=12)),
    ],
)
def test_an_owner_has_the_time_of_its_service(urgency: str, always: bool, span: timedelta) -> None:
    assert Clocks().span(ConfirmationUrgencyCode(urgency), always=always) == span
