"""Whoever is killed at whatever step of whatever act of a trace case: one act, on both sides alike.

Real processes on a real broker. It takes minutes: `make crashpoints` runs it, `make test` the two
kills of ``tests/walk/test_tracing.py``.
"""

import json
import os

import msgspec
import pytest
from fused_world import AUT, BEL, FRA, POINTS, RECEIVER, SENDER, FusedWorld, fused_world
from real_world import REPOSITORY_CONFIG
from trace_world import answer, firearm

from gateway.cli.trace_files import verify_case
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.node import evidence_of
from gateway.tracing import State

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        os.environ.get("CRASH_POINTS") != "all", reason="takes minutes: make crashpoints"
    ),
]
QUESTION = json.loads((REPOSITORY_CONFIG / "demo" / "tracing" / "question.json").read_text())
ALL = (RELAY_USER, REGISTRY_PARTY, FRA, BEL)
# An urgent request is overdue after ten seconds, every other after days.
CHAIN = "C-FRA-01ARZ3NDEKTSV4RRFFQ69G5FAV"  # the gateway draws its own
TERMS = "\n[traces]\nurgent_acknowledge_days = 0.00012\nweekend = []\n"
MISSING = {"missing": [{"missing_item_code": "CONSENT_TO_FORWARD"}]}
SUPPLIED = {
    "supplied": [{"missing_item_code": "CONSENT_TO_FORWARD", "answer_text": "yes"}],
    "consent": "FORWARD_ALLOWED",
    "firearm": json.loads(msgspec.json.encode(firearm("KRX472"))),
}
PHOTOGRAPH = {"name": "frame.jpg", "media_type": "image/jpeg", "content": "/9j/4AAQSkZJRg=="}
ACT = tuple[str, str, str, dict[str, object], str]
STORY: tuple[ACT, ...] = (
    (BEL, "ack", "TRACE_ACK", {"handler_reference": "B-77"}, "ACKNOWLEDGED"),
    (FRA, "comment", "TRACE_COMMENT", {"text": "it is urgent to us"}, "ACKNOWLEDGED"),
    (BEL, "ask", "TRACE_INFO_REQUEST", MISSING, "INFO_REQUESTED"),
    (FRA, "attach", "TRACE_ATTACHMENT", PHOTOGRAPH, "INFO_REQUESTED"),
    (FRA, "inform", "TRACE_INFO", SUPPLIED, "IN_PROGRESS"),
    (BEL, "status", "TRACE_STATUS", {"status": "WAITING_FOR_DEALER"}, "IN_PROGRESS"),
    (FRA, "remind", "TRACE_REMINDER", {"text": "please"}, "IN_PROGRESS"),
    (BEL, "answer", "TRACE_RESPONSE", {"answer": answer("INTERIM")}, "PARTIALLY_ANSWERED"),
    (BEL, "forward", "TRACE_FORWARD", {"country": "AUT"}, "FORWARDED"),
    (BEL, "answer", "TRACE_RESPONSE", {"answer": answer()}, "ANSWERED"),
    (BEL, "correct", "TRACE_CORRECTION", {"text": "misread", "answer": answer()}, "ANSWERED"),
    (FRA, "clarify", "TRACE_CLARIFICATION", {"text": "which dealer?"}, "CLARIFICATION"),
    (BEL, "answer", "TRACE_RESPONSE", {"answer": answer()}, "ANSWERED"),
    (FRA, "close", "TRACE_CLOSE", {"outcome": "TRACED_RETAILER"}, "CLOSED"),
    (BEL, "reopen", "TRACE_REOPEN", {"text": "the dealer found his book"}, "IN_PROGRESS"),
    (
        BEL, "answer", "TRACE_RESPONSE",
        {"answer": answer(outcome="REFUSED", status="REFUSED")}, "RESTRICTED",
    ),
    (FRA, "close", "TRACE_CLOSE", {"outcome": "REFUSED"}, "CLOSED"),
)  # fmt: skip
DEEDS = [
    *("REQUEST", "RECEIVED", "ACCEPT", "COMMENT", "ASK", "ATTACH", "INFORM", "STATUS", "REMIND"),
    *("ANSWER_INTERIM", "FORWARD", "ANSWER_FINAL", "CORRECT_ANSWER", "CLARIFY", "ANSWER_FINAL"),
    *("CLOSE", "REOPEN", "ANSWER_RESTRICTED", "CLOSE"),
    *("RECEIVED",) * 4,  # of each answer
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with fused_world(tmp_path_factory.mktemp("fused"), ("FRA", "BEL", "AUT"), TERMS) as made:
        yield made


def wish(reference, **more):
    urgent = {"urgency": "an armed suspect"} if "trace_priority_code" in more else {}
    question = {**QUESTION, "chain_id": CHAIN, "contact_point": [], **more}
    return {
        "question": question,
        "without_search": True,
        "in_spite": True,
        "case_reference": reference,
        **urgent,
    }


def asked(world: FusedWorld, reference: str, **more) -> str:
    """A case that nobody was killed for, delivered."""
    world.leave(FRA, "submit", wish(reference, **more))
    trace_id = world.case_of(reference)
    world.agree(trace_id, FRA, BEL, state="DELIVERED")
    return trace_id


def do(world, trace_id, act, point):
    by, order, kind, body, state = act
    world.act(by, FRA if by == BEL else BEL, kind, point, order, {"trace_id": trace_id, **body})
    world.agree(trace_id, FRA, BEL, state=state)


def proves_itself(world: FusedWorld, trace_id: str, parties: tuple[str, ...], deeds: list[str]):
    """Each act once, in one order, and a file of either side that holds offline."""
    for party in parties:
        with world.world.store(party) as store, store.unit() as unit:
            acts = unit.traces.acts(trace_id)
            trust = world.world.home(party) / "trust"
            octets = evidence_of(trace_id, unit, trust, party)
        assert sorted(act.deed for act in acts) == sorted(deeds), party
        assert not [act for act in acts if act.void or act.standing != "TAKEN"]
        anchor = (world.world.home(parties[0]) / "trust" / "anchor.xml").read_bytes()
        report = verify_case(octets, anchor)
        assert report["broken"] == []
        assert report["messages"] == len(deeds)


@pytest.mark.parametrize("play", list(range(len(POINTS))))
def test_each_act_happens_once_whoever_ends_at_whatever_step(world, play):
    def point(number):
        return POINTS[(play + number) % len(POINTS)]

    reference = f"kill-{play}"
    world.act(FRA, BEL, "TRACE_REQUEST", point(0), "submit", wish(reference))
    trace_id = world.case_of(reference)
    world.agree(trace_id, FRA, BEL, state="DELIVERED")
    for number, act in enumerate(STORY, start=1):
        do(world, trace_id, act, point(number))
    proves_itself(world, trace_id, (FRA, BEL), DEEDS)
    onward_proves_itself(world, trace_id)


def onward_proves_itself(world: FusedWorld, trace_id: str) -> None:
    """The request that followed the forward went once, by its requester's own signature."""
    with world.world.store(FRA) as store, store.unit() as unit:
        chain = unit.traces.chain(unit.traces.find(trace_id).chain_id)
    (onward,) = [case for case in chain if case.peer == AUT]
    world.agree(onward.trace_id, FRA, AUT, state="DELIVERED")
    proves_itself(world, onward.trace_id, (FRA,), ["REQUEST", "RECEIVED"])


@pytest.mark.parametrize("point", POINTS)
def test_what_gateways_do_by_themselves_is_done_once(world, point):
    reference = f"auto-{point[0]}-{point[1]}"
    # The receipt of a request: the responder sends it, whose transaction takes the request too.
    with world.ending(*self_acting(point, "TRACE_RECEIVED", BEL, FRA)):
        world.leave(FRA, "submit", wish(reference, forward_consent_code="FORWARD_ALLOWED"))
    trace_id = world.case_of(reference)
    world.agree(trace_id, FRA, BEL, state="DELIVERED")
    world.leave(BEL, "ack", {"trace_id": trace_id})
    world.agree(trace_id, FRA, BEL, state="ACKNOWLEDGED")
    # The request that follows a forward.
    with world.ending(*self_acting(point, "TRACE_REQUEST", FRA, AUT)):
        world.leave(BEL, "forward", {"trace_id": trace_id, "country": "AUT"})
    world.agree(trace_id, FRA, BEL, state="FORWARDED")
    onward_proves_itself(world, trace_id)
    if not point[1].endswith(("sent", "took")):
        return
    # A reminder, and the statement that nobody answered, by the clock.
    late = asked(world, f"late-{reference}", trace_priority_code="URGENT")
    for kind in ("TRACE_REMINDER", "TRACE_NO_ANSWER"):
        with world.ending(*self_acting(point, kind, FRA, BEL)):
            pass
    world.agree(late, FRA, BEL, state="DELIVERED")
    given = ["REQUEST", "RECEIVED", "REMIND", "REMIND", "REMIND", "STATE_NO_ANSWER"]
    proves_itself(world, late, (FRA, BEL), given)


def self_acting(point, kind, by, to):
    who, step = point
    return {SENDER: by, RECEIVER: to}.get(who, RELAY_USER), f"{step} {kind}"


def test_relay_hub_and_both_nodes_killed_in_every_state_keep_case_and_clock(world):
    seen = set()

    def through(trace_id: str, state: str) -> None:
        before = [world.agree(trace_id, FRA, BEL, state=state), world.seen(BEL, trace_id)]
        world.again(ALL)
        world.agree(trace_id, FRA, BEL, state=state)
        assert [world.seen(FRA, trace_id), world.seen(BEL, trace_id)] == before
        seen.add(state)

    world.world.kill_process(BEL)
    world.leave(FRA, "submit", wish("states"))
    trace_id = world.case_of("states")
    world.world.kill_process(FRA)
    before = world.seen(FRA, trace_id)
    assert before is not None
    assert before.state == "SENT"
    world.world.start(FRA)
    world.world.wait_ready(FRA)
    assert world.seen(FRA, trace_id) == before
    seen.add("SENT")
    world.world.start(BEL)
    world.world.wait_ready(BEL)
    through(trace_id, "DELIVERED")
    for by, order, _, body, state in STORY:
        world.leave(by, order, {"trace_id": trace_id, **body})
        world.agree(trace_id, FRA, BEL, state=state)
        if state not in seen:
            through(trace_id, state)
    proves_itself(world, trace_id, (FRA, BEL), DEEDS)

    for order, by, body, state in (
        ("reject", BEL, {"reason": "DUPLICATE"}, "REJECTED"),
        ("cancel", FRA, {"reason": "SOLVED"}, "CANCELLED"),
    ):
        other = asked(world, state)
        world.leave(by, order, {"trace_id": other, **body})
        through(other, state)
    assert {state.value for state in State} - seen == {"NEW"}, "which no case is kept in"
