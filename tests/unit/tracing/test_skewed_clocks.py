"""A side whose clock is wrong: nothing is lost, and both sides come to the same case."""

from datetime import timedelta

import pytest
from trace_world import answer

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL = "FRA-NCB", "BEL-NCB"


def stands(world, party, trace_id):
    case = world.look(party, lambda u: u.traces.find(trace_id))
    return case.state, case.due, case.stopped_us, case.reminders, case.no_answer


@pytest.mark.parametrize(("wrong", "minutes"), [(FRA, 20), (BEL, -20)])
def test_both_sides_agree_in_spite_of_a_clock_that_is_twenty_minutes_wrong(world, wrong, minutes):
    world.wrong_by[wrong] = timedelta(minutes=minutes)
    trace_id = world.submit()
    world.pass_time(timedelta(minutes=30), step=timedelta(minutes=10))
    if world.state(BEL, trace_id) is not None:  # what is made ahead of time waits for its time
        world.order(BEL, "ack", trace_id=trace_id)
    world.wrong_by.clear()
    world.pass_time(timedelta(minutes=30), step=timedelta(minutes=10))
    assert stands(world, FRA, trace_id) == stands(world, BEL, trace_id)
    if world.state(BEL, trace_id) == "DELIVERED":
        world.order(BEL, "ack", trace_id=trace_id)
    world.order(BEL, "ask", trace_id=trace_id, missing=[{"missing_item_code": "PHOTOGRAPHS"}])
    supplied = [{"missing_item_code": "PHOTOGRAPHS", "answer_text": "none were taken"}]
    world.order(FRA, "inform", trace_id=trace_id, supplied=supplied)
    assert stands(world, FRA, trace_id) == stands(world, BEL, trace_id)
    world.order(BEL, "answer", trace_id=trace_id, answer=answer())
    assert stands(world, FRA, trace_id) == stands(world, BEL, trace_id)
    assert world.state(FRA, trace_id) == "ANSWERED"
