"""Two acts that cross on the wire: both sides agree, what has no effect is seen, a way leads on,
and the figures of both countries say what the case says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from trace_world import TraceWorld, answer, firearm

from gateway.statistics import FactWitness, verify_facts
from gateway.tracing import Act, Deed, Side, State, allowed, judge, standing_of

pytestmark = [pytest.mark.unit, pytest.mark.slow]
FRA, BEL = "FRA-NCB", "BEL-NCB"
ASKS, SAYS = Side.REQUESTER, Side.RESPONDER
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_ACKED = [(ASKS, Deed.REQUEST), (SAYS, Deed.RECEIVED), (SAYS, Deed.ACCEPT)]
_ANSWERED = [*_ACKED, (SAYS, Deed.ANSWER_FINAL)]
PATHS = {
    State.SENT: _ACKED[:1],
    State.DELIVERED: _ACKED[:2],
    State.ACKNOWLEDGED: _ACKED,
    State.IN_PROGRESS: [*_ACKED, (SAYS, Deed.STATUS)],
    State.INFO_REQUESTED: [*_ACKED, (SAYS, Deed.ASK)],
    State.PARTIALLY_ANSWERED: [*_ACKED, (SAYS, Deed.ANSWER_INTERIM)],
    State.FORWARDED: [*_ACKED, (SAYS, Deed.FORWARD)],
    State.ANSWERED: _ANSWERED,
    State.RESTRICTED: [*_ACKED, (SAYS, Deed.ANSWER_RESTRICTED)],
    State.REJECTED: [*_ACKED[:2], (SAYS, Deed.REJECT)],
    State.CLARIFICATION: [*_ANSWERED, (ASKS, Deed.CLARIFY)],
    State.CLOSED: [*_ANSWERED, (ASKS, Deed.CLOSE)],
    State.CANCELLED: [*_ACKED, (ASKS, Deed.CANCEL)],
}


def done(acts: list[Act], side: Side, deed: Deed, seen: int | None = None) -> Act:
    """The next act of ``side``, which its side may do."""
    theirs = sum(act.side is side.other for act in acts)
    act = Act(
        side=side,
        number=1 + sum(act.side is side for act in acts),
        seen=theirs if seen is None else seen,
        deed=deed,
        at=T0 + timedelta(hours=len(acts)),
        consent=True if deed is Deed.REQUEST else None,
    )
    judge(acts, act)
    return act


def acts_to(state: State) -> list[Act]:
    acts: list[Act] = []
    for side, deed in PATHS[state]:
        acts.append(done(acts, side, deed))
    return acts


def crossings() -> list[tuple[State, bool]]:
    """Each state, and again with the statement that no answer came, where one is waited for."""
    found = [(state, False) for state in PATHS]
    waiting = (
        s for s in PATHS if Deed.STATE_NO_ANSWER in allowed(standing_of(acts_to(s)), ASKS, T0)
    )
    return [*found, *((state, True) for state in waiting)]


@pytest.mark.parametrize(("state", "stated"), crossings())
def test_any_two_acts_that_cross_leave_both_sides_agreed_and_a_way_on(state, stated):
    acts = acts_to(state)
    standing = standing_of(acts)
    if stated:
        acts.append(done(acts, ASKS, Deed.STATE_NO_ANSWER))
        standing = standing_of(acts)
    assert standing.state is state
    now = T0 + timedelta(days=1)
    for said in allowed(standing, SAYS, now):
        for asked in allowed(standing, ASKS, now):
            theirs, ours = done(acts, SAYS, said), done(acts, ASKS, asked)
            at_requester = standing_of([*acts, ours, theirs])
            at_responder = standing_of([*acts, theirs, ours])
            assert at_requester == at_responder
            assert set(at_requester.void) <= {ours}, "what was answered stays answered"
            both = [*acts, ours, theirs]
            leads_on = any(
                standing_of([*both, done(both, ASKS, deed)]).state is not at_requester.state
                for deed in allowed(at_requester, ASKS, now)
            )
            assert leads_on or not at_requester.void, (said, asked, at_requester.state)


# --- through whole endpoints, with the figures ------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = TraceWorld(tmp_path_factory.mktemp("crossing"), (FRA, BEL))
    for party in (FRA, BEL):
        made.seats[party].witness = FactWitness()
        made.crash(made.seats[party])
    made.settle()
    yield made
    made.close()


MISSING = {"missing": [{"missing_item_code": "SERIAL_NUMBER"}]}
SUPPLIED = {"supplied": [{"missing_item_code": "SERIAL_NUMBER"}], "firearm": firearm("KRX472")}
CORRECTED = {"text": "misread", "answer": answer(outcome="TRACED_WHOLESALER")}
ACK, ANSWER = (BEL, "ack", {}), (BEL, "answer", {"answer": answer()})
CLOSE = (FRA, "close", {"outcome": "NO_RECORD"})
CANCEL = ("cancel", {"reason": "SOLVED"})
CROSSINGS = {
    "an answer and a cancellation": ([ACK], ANSWER[1:], CANCEL, "ANSWERED", "TRACED_RETAILER"),
    "an acknowledgement and a cancellation": ([], ACK[1:], CANCEL, "CANCELLED", "CANCELLED"),
    "a rejection and a cancellation": (
        [], ("reject", {"reason": "DUPLICATE"}), CANCEL, "REJECTED", None,
    ),
    "a question and a cancellation": ([ACK], ("ask", MISSING), CANCEL, "CANCELLED", "CANCELLED"),
    "an answer and the missing information": (
        [ACK, (BEL, "ask", MISSING)], ANSWER[1:], ("inform", SUPPLIED),
        "ANSWERED", "TRACED_RETAILER",
    ),
    "an answer and a reminder": ([ACK], ANSWER[1:], ("remind", {}), "ANSWERED", "TRACED_RETAILER"),
    "a correction and a closing": (
        [ACK, ANSWER], ("correct", CORRECTED), CLOSE[1:], "CLOSED", "NO_RECORD",
    ),
    "a correction and a question about it": (
        [ACK, ANSWER], ("correct", CORRECTED), ("clarify", {"text": "who?"}),
        "CLARIFICATION", "TRACED_WHOLESALER",
    ),
    "two reopenings": (
        [ACK, ANSWER, CLOSE], ("reopen", {"text": "a book"}), ("reopen", {"text": "a name"}),
        "IN_PROGRESS", None,
    ),
    "a second answer and a second closing": (
        [ACK, ANSWER, CLOSE, (BEL, "reopen", {"text": "a book"})],
        ANSWER[1:], ("cancel", {"reason": "SOLVED"}), "ANSWERED", "TRACED_RETAILER",
    ),
}  # fmt: skip
COLUMNS = ("stage", "closed", "final_answer", "stops_open", "reminders", "outcome", "serial_number")
STAGES = {"IN_PROGRESS": "REOPENED", "CLARIFICATION": "ANSWERED"}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CROSSINGS))
def test_acts_that_cross_leave_two_countries_agreed_in_case_and_figures(world, name):
    before, says, asks, state, outcome = CROSSINGS[name]
    trace_id = world.submit()
    for party, order, more in before:
        world.order(party, order, trace_id=trace_id, **more)
    world.leave(BEL, says[0], {"trace_id": trace_id, **says[1]})
    world.leave(FRA, asks[0], {"trace_id": trace_id, **asks[1]})
    world.now += timedelta(milliseconds=5)
    world.settle()
    assert world.states(trace_id, FRA, BEL) == {state}
    for party in (FRA, BEL):
        row = world.look(party, lambda u: u.facts.row("traces", trace_id, COLUMNS))
        stage, closed, answered, stops, reminders, told, number = row
        assert stage == STAGES.get(state, state)
        assert (closed is not None) == (state in {"CLOSED", "CANCELLED", "REJECTED"})
        assert (answered is not None) == (state in {"ANSWERED", "CLARIFICATION", "CLOSED"})
        assert (stops or 0, reminders or 0, told) == (0, 0, outcome)
        assert number == 471, "a description that crossed with the answer has no effect"
        world.look(party, verify_facts)
        acts = world.look(party, lambda u: u.traces.acts(trace_id))
        assert len([act for act in acts if act.void]) <= 1


@pytest.mark.slow
def test_a_closing_and_its_reopening_open_the_case_again_in_the_figures(world):
    trace_id = world.submit()
    for party, order, more in (ACK, ANSWER, CLOSE, (FRA, "reopen", {"text": "a name"})):
        world.order(party, order, trace_id=trace_id, **more)
    for party in (FRA, BEL):
        row = world.look(party, lambda u: u.facts.row("traces", trace_id, COLUMNS[:3]))
        assert row == ("REOPENED", None, None)
