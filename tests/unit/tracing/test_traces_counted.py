"""What a case leaves in the figures, and what the dossier of its firearm shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from trace_world import SECRET, TraceWorld, answer, firearm

from gateway.ids import Lane
from gateway.payload import PurposeCode, TraceAct, TraceReopen
from gateway.posting import Posting
from gateway.statistics import FactWitness, Format, Origin, Wanted, make_dossier, render
from gateway.statistics.errors import NotFoundHereError

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL = "FRA-NCB", "BEL-NCB"
ORIGIN = Origin(party=FRA, position=1, head="head")


@pytest.fixture
def world(tmp_path):
    made = TraceWorld(tmp_path, (FRA, BEL))
    for party in (FRA, BEL):
        made.seats[party].witness = FactWitness()
        made.crash(made.seats[party])
    made.settle()
    yield made
    made.close()


def counted(world, party, *columns):
    (row,) = world.look(party, lambda u: u.facts.rows("traces", columns))
    return row


def test_an_act_that_is_refused_counts_nothing(world):
    trace_id = world.submit()
    before = world.look(BEL, lambda u: u.facts.head())

    theirs = world.look(BEL, lambda u: u.traces.acts(trace_id))
    seen = next(act for act in theirs if act.side == "RESPONDER")

    def forge(outgoing):
        context = outgoing.frame.context("TRACE_REOPEN", purpose=PurposeCode.CRIMINAL_INVESTIGATION)
        place = TraceAct(
            trace_id=trace_id, act_number=2, seen_act_number=1, seen_digest=seen.digest
        )
        reopened = TraceReopen(context=context, trace_act=place, reason_text="never closed")
        outgoing.post(Posting(to=BEL, payload=reopened, lane=Lane.ROUTINE, answers=False))

    endpoint = world.seats[FRA].endpoint
    endpoint.transact(forge)
    world.settle()
    assert world.states(trace_id, BEL) == {"DELIVERED"}
    assert world.look(BEL, lambda u: u.facts.head()) == before
    assert counted(world, BEL, "stage") == ("ASKED",)


def test_an_act_that_crossed_counts_nothing_where_it_came(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id)
    world.leave(BEL, "answer", {"trace_id": trace_id, "answer": answer()})
    world.leave(FRA, "cancel", {"trace_id": trace_id, "reason": "SOLVED"})
    world.now += timedelta(milliseconds=5)
    world.settle()
    assert counted(world, BEL, "stage", "outcome", "closed") == (
        "ANSWERED", "TRACED_RETAILER", None,
    )  # fmt: skip
    assert counted(world, FRA, "stage", "outcome") == ("ANSWERED", "TRACED_RETAILER")


def test_a_firearm_that_is_described_anew_is_counted_as_it_is(world):
    trace_id = world.submit()
    assert counted(world, BEL, "serial_series", "serial_number") == ("KRX###", 471)
    world.order(FRA, "correct", trace_id=trace_id, text="misread", firearm=firearm("KRX472"))
    for party in (FRA, BEL):
        assert counted(world, party, "serial_series", "serial_number") == ("KRX###", 472)


def test_the_receipt_of_a_request_is_its_delivery(world):
    world.submit()
    assert counted(world, FRA, "delivered") != (None,)


def test_a_dossier_holds_everything_from_any_id(world):
    trace_id = world.submit()
    world.order(BEL, "ack", trace_id=trace_id)
    world.order(BEL, "answer", trace_id=trace_id, answer=answer())

    def made(unit, **wanted):
        return make_dossier(Wanted(**wanted), unit, ORIGIN, world.now)

    chain = world.look(FRA, lambda u: u.traces.find(trace_id)).chain_id
    for wanted in (
        {"ids": (trace_id,)}, {"ids": (chain,)}, {"serial": SECRET.lower()},
        {"serial": SECRET, "make": "Glock GmbH"},
    ):  # fmt: skip
        report = world.look(FRA, lambda u, w=wanted: made(u, **w))
        tables = {table.name: table for table in report.tables}
        assert tables["traces"].values("subject") == [trace_id], wanted
        said = ["ACCEPT", "ANSWER_FINAL", "RECEIVED", "RECEIVED", "REQUEST"]
        assert sorted(tables["acts"].values("act")) == said
        assert tables["trail"].rows
    for form in Format:
        assert render(report, form)
    with pytest.raises(NotFoundHereError):
        world.look(FRA, lambda u: made(u, serial=SECRET, make="Beretta"))
