"""The one table of states: both sides agree whatever crosses, and terms run as they are written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.tracing import (
    TABLE,
    Act,
    Deed,
    IllegalTransitionError,
    Side,
    Standing,
    State,
    Terms,
    allowed,
    diagram,
    judge,
    next_step,
    ordered,
    running,
    standing_of,
)

pytestmark = pytest.mark.unit
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
SPEC = Path(__file__).parents[3] / "docs" / "spec" / "tracing.md"


class TwoSides:
    """Both sides' copies of a case, and acts on the way that may overtake and repeat."""

    def __init__(self):
        self.held = {side: [] for side in Side}
        self.mail = {side: [] for side in Side}
        self.now = T0

    def do(self, side, deed):
        mine = self.held[side]
        act = Act(
            side=side,
            number=1 + sum(1 for a in mine if a.side is side),
            seen=sum(1 for a in mine if a.side is side.other),
            deed=deed,
            at=self.now,
            consent=True if deed is Deed.INFORM else None,
        )
        judge(mine, act)
        mine.append(act)
        self.mail[side.other].append(act)

    def arrive(self, side, place):
        act = self.mail[side][place % len(self.mail[side])]
        last = sum(1 for a in self.held[side] if a.side is side.other)
        if act.number == last + 1:
            judge(self.held[side], act)
            self.held[side].append(act)
        if act.number <= last + 1:
            self.mail[side].remove(act)

    def standing(self, side):
        return standing_of(self.held[side])


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 999)), max_size=60))
def test_both_sides_agree_in_the_end_whatever_crosses_and_overtakes(steps):
    case = TwoSides()
    case.do(Side.REQUESTER, Deed.REQUEST)
    for what, number in steps:
        side = (Side.REQUESTER, Side.RESPONDER)[what % 2]
        case.now += timedelta(hours=number % 50)
        if what >= 2:
            if case.mail[side]:
                case.arrive(side, number)
            continue
        open_to = list(allowed(case.standing(side), side, case.now))
        if open_to:
            case.do(side, open_to[number % len(open_to)])
    for side in Side:
        while case.mail[side]:
            last = sum(1 for a in case.held[side] if a.side is side.other)
            case.arrive(
                side, next(n for n, a in enumerate(case.mail[side]) if a.number == last + 1)
            )
    assert case.standing(Side.REQUESTER) == case.standing(Side.RESPONDER)
    assert ordered(case.held[Side.REQUESTER]) == ordered(case.held[Side.RESPONDER])


@given(st.sampled_from(Side), st.sampled_from(Deed), st.sampled_from(State))
def test_what_no_row_allows_is_refused(side, deed, state):
    rows = [r for r in TABLE if r.deed is deed and r.by is side and state in r.states]
    free = deed in allowed(Standing(state=state), side, T0)
    assert free == any(r.guard is None for r in rows)


def test_an_illegal_act_says_what_would_be_allowed():
    first = Act(side=Side.REQUESTER, number=1, seen=0, deed=Deed.REQUEST, at=T0)
    wrong = Act(side=Side.RESPONDER, number=1, seen=1, deed=Deed.ACCEPT, at=T0)
    with pytest.raises(IllegalTransitionError) as refused:
        judge([first], wrong)
    assert refused.value.expected == "RECEIVED, COMMENT, ATTACH"


def test_a_case_is_reopened_within_a_year_only():
    closed = Standing(state=State.CLOSED, ended_at=T0)
    assert Deed.REOPEN in allowed(closed, Side.REQUESTER, T0 + timedelta(days=365))
    assert Deed.REOPEN not in allowed(closed, Side.REQUESTER, T0 + timedelta(days=366))


def test_the_diagram_in_the_specification_is_the_one_of_the_table():
    assert diagram() in SPEC.read_text("utf-8")


def test_acknowledgement_counts_working_days():
    friday = T0 + timedelta(days=4)
    standing = Standing(state=State.DELIVERED, sent_at=friday, delivered_at=friday)
    run = running(standing, urgent=False, terms=Terms())
    assert run is not None
    assert run.due == friday + timedelta(days=5), "Friday and three working days is Wednesday"


def test_the_clock_stands_while_information_is_missing():
    working = Standing(
        state=State.IN_PROGRESS, sent_at=T0, delivered_at=T0, stops=((T0, T0 + timedelta(days=4)),)
    )
    run = running(working, urgent=True, terms=Terms())
    assert run is not None
    assert run.due == T0 + timedelta(days=6)
    stopped = replace(working, state=State.INFO_REQUESTED, stopped_at=T0)
    assert running(stopped, urgent=True, terms=Terms()) is None


def of(side, number, seen, deed, days=0):
    return Act(side=side, number=number, seen=seen, deed=deed, at=T0 + timedelta(days=days))


def begun():
    """A request that is delivered and accepted: one act of the requester, two of the other."""
    return [
        of(Side.REQUESTER, 1, 0, Deed.REQUEST),
        of(Side.RESPONDER, 1, 1, Deed.RECEIVED),
        of(Side.RESPONDER, 2, 1, Deed.ACCEPT),
    ]


def test_the_clock_stood_as_long_as_all_its_stops_together():
    acts = [
        *begun(),
        of(Side.RESPONDER, 3, 1, Deed.ASK, days=1),
        of(Side.REQUESTER, 2, 3, Deed.INFORM, days=3),
        of(Side.RESPONDER, 4, 2, Deed.ASK, days=4),
        of(Side.REQUESTER, 3, 4, Deed.INFORM, days=9),
    ]
    assert standing_of(acts).stopped_for == timedelta(days=2 + 5)


def test_what_was_answered_before_a_cancellation_was_known_stays_answered():
    cancelled = of(Side.REQUESTER, 2, 2, Deed.CANCEL, days=1)
    answered = of(Side.RESPONDER, 3, 1, Deed.ANSWER_FINAL, days=2)
    standing = standing_of([*begun(), cancelled, answered])
    assert standing.state is State.ANSWERED
    assert standing.void == (cancelled,)


def test_reminders_go_at_their_multiples_and_then_the_statement():
    standing = Standing(state=State.IN_PROGRESS, sent_at=T0, delivered_at=T0)
    run = running(standing, urgent=False, terms=Terms())
    assert run is not None
    steps = [next_step(run, reminded=n, terms=Terms()) for n in range(4)]
    assert [s.at - T0 for s in steps] == [timedelta(days=d) for d in (30, 45, 60, 75)]
    assert [s.escalated for s in steps] == [False, False, True, False]
    assert [s.number for s in steps] == [1, 2, 3, 0]
