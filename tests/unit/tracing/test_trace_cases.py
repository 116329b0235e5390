"""A case on two sides: every act is agreed on, proven, and what may not be done changes nothing."""

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from trace_world import SECRET, TraceDesk, TraceWorld, answer, firearm

from gateway.endpoint import UnservedError
from gateway.exchange import mailbox
from gateway.ids import Lane
from gateway.node.trace_orders import BUILDERS, decoded
from gateway.payload import (
    Fault,
    PurposeCode,
    TraceAct,
    TraceComment,
    TraceNoAnswer,
    TraceReminder,
    TraceReopen,
)
from gateway.posting import Posting
from gateway.tracing import IncompleteOrderError

pytestmark = [pytest.mark.unit, pytest.mark.slow]
FRA, BEL, AUT = "FRA-NCB", "BEL-NCB", "AUT-NCB"


@pytest.fixture
def world(tmp_path):
    made = TraceWorld(tmp_path)
    yield made
    made.close()


def test_a_request_is_delivered_and_both_sides_agree(world):
    trace_id = world.submit()
    assert world.states(trace_id, FRA, BEL) == {"DELIVERED"}
    assert world.state(AUT, trace_id) is None


def test_the_whole_conversation_with_a_missing_information_loop(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id, handler_reference="B-77")
    missing = [{"missing_item_code": "SERIAL_NUMBER", "question_text": "please read it again"}]
    world.order(BEL, "ask", trace_id=trace_id, missing=missing)
    assert world.states(trace_id, FRA, BEL) == {"INFO_REQUESTED"}
    assert world.look(FRA, lambda u: u.traces.find(trace_id)).due is None, "the clock stands"
    world.pass_time(timedelta(days=2), step=timedelta(days=1))
    supplied = [{"missing_item_code": "SERIAL_NUMBER", "answer_text": "it is KRX472"}]
    world.order(FRA, "inform", trace_id=trace_id, supplied=supplied, firearm=firearm("KRX472"))
    case = world.look(BEL, lambda u: u.traces.find(trace_id))
    assert case.state == "IN_PROGRESS"
    assert case.serial == "KRX472", "the work list shows the firearm as it is described now"
    assert case.stopped_us > timedelta(days=2) // timedelta(microseconds=1)
    world.order(BEL, "status", trace_id=trace_id, status="WAITING_FOR_DEALER")
    world.order(BEL, "answer", trace_id=trace_id, answer=answer("INTERIM"))
    assert world.states(trace_id, FRA, BEL) == {"PARTIALLY_ANSWERED"}
    world.order(BEL, "answer", trace_id=trace_id, answer=answer())
    world.order(FRA, "clarify", trace_id=trace_id, text="which dealer?")
    world.order(BEL, "answer", trace_id=trace_id, answer=answer())
    world.order(FRA, "close", trace_id=trace_id, outcome="TRACED_RETAILER")
    assert world.states(trace_id, FRA, BEL) == {"CLOSED"}
    world.order(BEL, "reopen", trace_id=trace_id, text="the dealer found his book")
    assert world.states(trace_id, FRA, BEL) == {"IN_PROGRESS"}


@pytest.mark.parametrize(
    ("order", "said", "place"),
    [
        ("cancel", {"reason": "BORED"}, "$.reason"),
        ("answer", {"answer": {**answer(), "trace_outcome_code": ["LOST"]}}, "trace_outcome_code"),
    ],
)
def test_a_code_that_is_none_is_told_with_those_that_are(order, said, place):
    shape, _, _ = BUILDERS[order]
    with pytest.raises(IncompleteOrderError) as refused:
        decoded(msgspec.json.encode({"trace_id": "T", **said}), shape)
    assert place in refused.value.place
    assert refused.value.expected.count(", ") >= 3
    assert "explain Trace" in refused.value.remedy


def test_an_order_that_the_table_forbids_is_refused_and_changes_nothing(world):
    trace_id = world.submit()
    before = world.look(BEL, lambda u: (u.traces.find(trace_id), u.traces.acts(trace_id)))
    for order, more in (
        ("answer", {"answer": answer()}),
        ("cancel", {"reason": "SOLVED"}),
        ("inform", {"supplied": [{"missing_item_code": "MAKE"}]}),
        ("close", {"outcome": "NO_RECORD"}),
    ):
        with pytest.raises(RuntimeError, match=r"tracing\.illegal-transition"):
            world.order(BEL, order, trace_id=trace_id, **more)
    assert world.look(BEL, lambda u: (u.traces.find(trace_id), u.traces.acts(trace_id))) == before


def test_a_forged_act_is_answered_with_a_fault_and_changes_nothing(world):
    trace_id = world.submit()
    before = world.look(BEL, lambda u: u.traces.acts(trace_id))
    faults = []
    desk = world.seats[AUT].desk
    desk.refused = lambda refusal, unit, frame: faults.append(refusal.fault.fault_code)  # noqa: ARG005 - the desk's protocol

    def forge(outgoing):
        comment = TraceComment(
            context=outgoing.frame.context(
                "TRACE_COMMENT", purpose=PurposeCode.CRIMINAL_INVESTIGATION
            ),
            trace_act=TraceAct(trace_id=trace_id, act_number=2, seen_act_number=0),
            comment_text="I am France",
        )
        outgoing.post(Posting(to=BEL, payload=comment, lane=Lane.ROUTINE, answers=False))

    world.seats[AUT].endpoint.transact(forge)
    world.settle()
    assert faults == ["tracing.not-a-party"]
    assert world.look(BEL, lambda u: u.traces.acts(trace_id)) == before


def test_an_act_that_its_sender_may_not_do_is_answered_and_keeps_its_number(world):
    trace_id = world.submit()
    ours = world.look(FRA, lambda u: u.traces.acts(trace_id))
    theirs = world.look(BEL, lambda u: u.traces.acts(trace_id))
    seen = next(a for a in theirs if a.side == "RESPONDER")
    faults = []
    keep = world.seats[FRA].desk.refused
    world.seats[FRA].desk.refused = lambda r, u, f: (faults.append(r.fault), keep(r, u, f))

    def cheat(outgoing):
        payload = TraceReopen(
            context=outgoing.frame.context(
                "TRACE_REOPEN", purpose=PurposeCode.CRIMINAL_INVESTIGATION
            ),
            trace_act=TraceAct(
                trace_id=trace_id, act_number=2, seen_act_number=1, seen_digest=seen.digest
            ),
            reason_text="it was never closed",
        )
        outgoing.post(Posting(to=BEL, payload=payload, lane=Lane.ROUTINE, answers=False))

    world.seats[FRA].endpoint.transact(cheat)
    world.settle()
    assert [f.fault_code for f in faults] == ["tracing.illegal-transition"]
    assert isinstance(faults[0], Fault)
    assert len(ours) == 2
    assert world.states(trace_id, FRA, BEL) == {"DELIVERED"}


def test_acts_that_arrive_in_another_order_are_applied_in_theirs(world):
    trace_id = world.submit()
    world.broker.cut(FRA)
    world.order(BEL, "ack", trace_id=trace_id)
    world.order(BEL, "status", trace_id=trace_id, status="WAITING_FOR_DEALER")
    world.broker.queue(mailbox(FRA, Lane.ROUTINE)).ready.reverse()
    world.broker.mend(FRA)
    world.settle()
    assert world.states(trace_id, FRA, BEL) == {"IN_PROGRESS"}


def test_a_strangers_refusal_of_an_act_changes_nothing(world):
    trace_id = world.submit()
    france = world.seats[FRA]
    before = world.look(FRA, lambda u: u.traces.acts(trace_id))
    assert before[0].message_id
    france.endpoint.transact(
        lambda out: france.desk.traces.refused(before[0].message_id, AUT, out.unit, out.frame)
    )
    assert world.look(FRA, lambda u: u.traces.acts(trace_id)) == before


def test_a_refusal_needs_its_reason_and_leads_to_restricted(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id)
    bare = answer(outcome="REFUSED", status="REFUSED")
    bare["item_status"][0]["restriction_reason_code"] = []
    with pytest.raises(RuntimeError, match=r"tracing\.order-invalid"):
        world.order(BEL, "answer", trace_id=trace_id, answer=bare)
    refusal = answer(outcome="REFUSED", status="REFUSED")
    world.order(BEL, "answer", trace_id=trace_id, answer=refusal)
    assert world.states(trace_id, FRA, BEL) == {"RESTRICTED"}
    items = world.look(FRA, lambda u: u.traces.items(trace_id))
    assert {i.reasons for i in items} == {"CONFIDENTIALITY_LAW"}


@pytest.mark.slow
def test_a_request_is_passed_on_only_with_consent_and_then_by_the_requesters_own_request(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id)
    with pytest.raises(RuntimeError, match=r"tracing\.illegal-transition"):
        world.order(BEL, "forward", trace_id=trace_id, country="AUT")
    missing = [{"missing_item_code": "CONSENT_TO_FORWARD"}]
    world.order(BEL, "ask", trace_id=trace_id, missing=missing)
    supplied = [{"missing_item_code": "CONSENT_TO_FORWARD", "answer_text": "yes"}]
    consent = "FORWARD_ALLOWED"
    world.order(FRA, "inform", trace_id=trace_id, supplied=supplied, consent=consent)
    world.order(BEL, "forward", trace_id=trace_id, country="AUT", text="exported by the maker")
    assert world.states(trace_id, FRA, BEL) == {"FORWARDED"}
    chain = world.look(FRA, lambda u: u.traces.chain(u.traces.find(trace_id).chain_id))
    assert [(c.peer, c.state) for c in chain] == [(BEL, "FORWARDED"), (AUT, "DELIVERED")]
    new = world.look(AUT, lambda u: u.traces.find(chain[1].trace_id))
    assert new.peer == FRA
    assert new.parent_trace_id == trace_id
    told = world.look(AUT, lambda u: u.traces.introductions(new.trace_id))
    assert [i.sender for i in told] == [BEL]


@pytest.mark.slow
def test_reminders_go_by_themselves_and_then_the_statement_that_nobody_answered(world):
    trace_id = world.submit()
    world.pass_time(timedelta(days=16), step=timedelta(hours=4))
    deeds = [a.deed for a in world.look(BEL, lambda u: u.traces.acts(trace_id))]
    assert deeds == ["REQUEST", "RECEIVED", "REMIND", "REMIND", "REMIND", "STATE_NO_ANSWER"]
    world.order(FRA, "close", trace_id=trace_id, outcome="NO_REPLY")
    assert world.states(trace_id, FRA, BEL) == {"CLOSED"}


def test_what_the_other_side_refuses_to_a_clock_goes_once_a_day_and_not_without_end(world):
    class Deaf(TraceDesk):
        def handle(self, received, unit, frame):
            if isinstance(received.payload, TraceReminder | TraceNoAnswer):
                raise UnservedError(type(received.payload).__name__)
            return super().handle(received, unit, frame)

    seat = world.seats[BEL]
    seat.desk = Deaf(seat.desk.traces)
    world.crash(seat)
    trace_id = world.submit()
    world.pass_time(timedelta(days=8), step=timedelta(hours=4))
    acts = world.look(FRA, lambda u: u.traces.acts(trace_id))
    sent = [act.at for act in acts if act.message_type == "TRACE_REMINDER"]
    assert 3 <= len(sent) <= 8
    assert min(b - a for a, b in pairwise(sent)) >= timedelta(days=1)


def test_a_cancellation_and_an_answer_that_cross_end_alike_on_both_sides(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id)
    world.leave(BEL, "answer", {"trace_id": trace_id, "answer": answer()})
    world.leave(FRA, "cancel", {"trace_id": trace_id, "reason": "SOLVED"})
    world.now += timedelta(milliseconds=5)
    world.settle()
    assert world.states(trace_id, FRA, BEL) == {"ANSWERED"}
    for party in (FRA, BEL):
        acts = world.look(party, lambda u: u.traces.acts(trace_id))
        assert [a.deed for a in acts if a.void] == ["CANCEL"]


def test_both_sides_hold_each_others_envelopes_and_the_centre_cannot_read_them(world, tmp_path):
    trace_id = world.submit()
    ours = world.look(FRA, lambda u: u.traces.acts(trace_id))
    theirs = world.look(BEL, lambda u: u.traces.acts(trace_id))
    assert {(a.side, a.number, a.digest) for a in ours} == {
        (a.side, a.number, a.digest) for a in theirs
    }
    assert all(a.envelope and a.wrapper for a in [*ours, *theirs])
    hub = b"".join(p.read_bytes() for p in tmp_path.glob("XPO-REGISTRY.db*"))
    assert SECRET.encode() not in hub
    assert all(SECRET.encode() not in (a.envelope or b"") for a in ours)
