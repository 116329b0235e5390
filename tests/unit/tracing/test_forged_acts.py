"""What a dishonest party may sign in a trace case is refused by its code and changes nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
from trace_world import TraceWorld, answer, question

from gateway.ids import Lane
from gateway.payload import (
    AddressReasonCode,
    CountryCode,
    OfficeStateCode,
    Payload,
    PurposeCode,
    TraceAct,
    TraceAnswer,
    TraceAttachment,
    TraceComment,
    TraceForward,
    TraceReceived,
    TraceRequest,
    TraceResponse,
    decode,
)
from gateway.posting import Posting

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL, AUT = "FRA-NCB", "BEL-NCB", "AUT-NCB"
WRONG = "A" * 43 + "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A case of France at Belgium, acknowledged; what a forger knows of it."""

    world: TraceWorld
    trace_id: str
    other_id: str  # another case of France's, at Austria

    def next(self, by: str, **more: Any) -> TraceAct:
        """The place that the next act of ``by`` has, when it is honest."""
        rows = self.world.look(by, lambda u: u.traces.acts(self.trace_id))
        case = self.world.look(by, lambda u: u.traces.find(self.trace_id))
        ours = [r for r in rows if r.side == case.side]
        theirs = max((r for r in rows if r.side != case.side), key=lambda r: r.number)
        place = TraceAct(
            trace_id=self.trace_id,
            act_number=len(ours) + 1,
            seen_act_number=theirs.number,
            seen_digest=theirs.digest,
        )
        return replace(place, **more)

    def says(self, by: str, to: str, build: Callable[[Any], Payload]) -> list[str]:
        """Has ``by`` sign and send what it should not; the codes of the faults that come back."""
        told: list[str] = []
        seat = self.world.seats[by]
        keep = seat.desk.refused
        seat.desk.refused = lambda r, u, f: (told.append(r.fault.fault_code), keep(r, u, f))

        def post(outgoing: Any) -> None:
            outgoing.post(
                Posting(to=to, payload=build(outgoing.frame), lane=Lane.ROUTINE, answers=False)
            )

        try:
            seat.endpoint.transact(post)
            self.world.settle()
        finally:
            seat.desk.refused = keep
        return told

    def held(self, party: str) -> Any:
        """All that the party keeps of the case, but what was refused or waits for its turn."""

        def look(unit: Any) -> Any:
            case = unit.traces.find(self.trace_id)
            acts = [a for a in unit.traces.acts(self.trace_id) if a.standing == "TAKEN"]
            return replace(case, unread=0, changed=case.sent), acts

        return self.world.look(party, look)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = TraceWorld(tmp_path_factory.mktemp("forged"))
    yield made
    made.close()


@pytest.fixture
def stage(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id)
    return Stage(world=world, trace_id=trace_id, other_id=world.submit(to="AUT"))


def context(frame: Any, kind: str) -> Any:
    return frame.context(kind, purpose=PurposeCode.CRIMINAL_INVESTIGATION)


def comment(place: TraceAct, text: str = "as if") -> Callable[[Any], Payload]:
    return lambda frame: TraceComment(
        context=context(frame, "TRACE_COMMENT"), trace_act=place, comment_text=text
    )


def answered(place: TraceAct, **more: Any) -> Callable[[Any], Payload]:
    said = msgspec.convert(answer(**more), TraceAnswer, strict=False)
    return lambda frame: TraceResponse(
        context=context(frame, "TRACE_RESPONSE"), trace_act=place, trace_answer=said
    )


def request(trace_id: str, to: str, **place: Any) -> Callable[[Any], Payload]:
    act = TraceAct(trace_id=trace_id, **{"act_number": 1, "seen_act_number": 0, **place})
    return lambda frame: TraceRequest(
        context=context(frame, "TRACE_REQUEST"),
        trace_act=act,
        trace_question=question(to, contact_point=(frame.contact,)),
    )


def forward(place: TraceAct) -> Callable[[Any], Payload]:
    return lambda frame: TraceForward(
        context=context(frame, "TRACE_FORWARD"),
        trace_act=place,
        forward_trace_id=frame.ids.trace_id("FRA"),
        to_country=CountryCode.AUT,
        to_agency_id=AUT,
        address_reason_code=AddressReasonCode.NEXT_IN_CHAIN,
    )


def attachment(place: TraceAct, octets: bytes, digest: str | None) -> Callable[[Any], Payload]:
    return lambda frame: TraceAttachment(
        context=context(frame, "TRACE_ATTACHMENT"),
        trace_act=place,
        file_name="a.jpg",
        media_type="image/jpeg",
        size_quantity=len(octets),
        content_digest=digest or WRONG,
        content_part=(base64.b64encode(octets).decode(),),
    )


def received(place: TraceAct) -> Callable[[Any], Payload]:
    return lambda frame: TraceReceived(
        context=context(frame, "TRACE_RECEIVED"),
        trace_act=place,
        received_act_number=1,
        received_timestamp=frame.now.replace(microsecond=0),
        office_state_code=OfficeStateCode.OPEN,
    )


Forged = tuple[str, str, Callable[[Stage], Callable[[Any], Payload]], str]
FORGED: dict[str, Forged] = {
    "an act in the name of a party": (
        AUT, BEL, lambda s: comment(s.next(FRA)), "tracing.not-a-party",
    ),
    "an answer by who was not asked": (
        AUT, FRA, lambda s: answered(s.next(BEL)), "tracing.not-a-party",
    ),
    "an answer of the requester to itself": (
        FRA, BEL, lambda s: answered(s.next(FRA)), "tracing.illegal-transition",
    ),
    "an act in a case of two others": (
        BEL, AUT, lambda s: comment(s.next(BEL, trace_id=s.other_id)), "tracing.not-a-party",
    ),
    "an act in a case that nobody knows": (
        BEL, FRA, lambda s: comment(s.next(BEL, trace_id="T-FRA-" + "0" * 26)),
        "tracing.unknown",
    ),
    "a number twice": (
        FRA, BEL, lambda s: comment(s.next(FRA, act_number=1)), "tracing.act-mismatch",
    ),
    "a number far ahead": (
        FRA, BEL, lambda s: comment(s.next(FRA, act_number=99)), "tracing.act-mismatch",
    ),
    "another digest of what was seen": (
        FRA, BEL, lambda s: comment(s.next(FRA, seen_digest=WRONG)), "tracing.act-mismatch",
    ),
    "what was seen was never sent": (
        FRA, BEL, lambda s: comment(s.next(FRA, seen_act_number=40)), "tracing.act-mismatch",
    ),
    "a second request in the case": (
        FRA, BEL, lambda s: request(s.trace_id, "BEL", act_number=2),
        "tracing.illegal-transition",
    ),
    "a request in a case that is there": (
        AUT, BEL, lambda s: request(s.trace_id, "BEL"), "tracing.not-a-party",
    ),
    "a request that asks another country": (
        FRA, BEL, lambda _: request("T-FRA-" + "1" * 26, "AUT"), "tracing.not-a-party",
    ),
    "a request that begins in the middle": (
        FRA, BEL, lambda _: request("T-FRA-" + "2" * 26, "BEL", act_number=2),
        "tracing.act-mismatch",
    ),
    "passed on without consent": (
        BEL, FRA, lambda s: forward(s.next(BEL)), "tracing.illegal-transition",
    ),
    "passed on by a third country": (
        AUT, FRA, lambda s: forward(s.next(BEL)), "tracing.not-a-party",
    ),
    "an attachment that is another than its digest": (
        FRA, BEL, lambda s: attachment(s.next(FRA), b"\xff\xd8", None), "payload.schema",
    ),
    "a receipt in the responder's name": (
        AUT, FRA, lambda s: received(s.next(BEL)), "tracing.not-a-party",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FORGED))
def test_what_is_forged_is_refused_by_its_code_and_changes_nothing(stage, name):
    by, to, build, code = FORGED[name]
    before = stage.held(FRA), stage.held(BEL)
    cases = stage.world.look(AUT, lambda u: len(u.traces.chain(question().chain_id)))
    assert stage.says(by, to, build(stage)) == [code]
    assert (stage.held(FRA), stage.held(BEL)) == before
    assert stage.world.look(AUT, lambda u: len(u.traces.chain(question().chain_id))) == cases
    if code == "tracing.illegal-transition":
        return  # its forger's own number, which it did not keep
    # Honest acts go on.
    stage.world.order(FRA, "comment", trace_id=stage.trace_id, text="we go on")
    stage.world.order(BEL, "answer", trace_id=stage.trace_id, answer=answer())
    assert stage.world.states(stage.trace_id, FRA, BEL) == {"ANSWERED"}


def test_an_act_that_is_signed_a_second_time_has_no_second_effect(stage):
    stage.world.order(FRA, "comment", trace_id=stage.trace_id, text="once")
    rows = stage.world.look(FRA, lambda u: u.traces.acts(stage.trace_id))
    said = decode(next(r.content for r in rows if r.deed == "COMMENT"))
    before = stage.held(BEL)
    assert stage.says(FRA, BEL, lambda _: said) == []
    assert stage.held(BEL) == before


def test_a_number_left_out_waits_and_counts_once_the_one_before_it_came(stage):
    later = stage.next(FRA, act_number=3)
    assert stage.says(FRA, BEL, comment(later, "the second")) == []
    waits = stage.world.look(BEL, lambda u: u.traces.acts(stage.trace_id))
    assert [r.standing for r in waits if r.number == 3 and r.side == "REQUESTER"] == ["HELD"]
    assert stage.says(FRA, BEL, comment(stage.next(FRA, act_number=2), "the first")) == []
    deeds = [r for r in stage.held(BEL)[1] if r.deed == "COMMENT"]
    assert [r.number for r in sorted(deeds, key=lambda r: r.number)] == [2, 3]


def test_an_attachment_that_nobody_announced_is_an_act_like_any_other(stage):
    """Nothing has to announce one: its hash is in the act that its sender signs (spec 6)."""
    octets = b"\xff\xd8\xff"
    digest = base64.b64encode(hashlib.sha256(octets).digest()).decode()
    assert stage.says(FRA, BEL, attachment(stage.next(FRA), octets, digest)) == []
    assert [r.deed for r in stage.held(BEL)[1]][-1] == "ATTACH"
