"""An office's hours and outages: told at once, and the terms run from its opening."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from trace_world import TraceDesk

from gateway.endpoint import Clerks
from gateway.node import Traces
from gateway.office_hours import read_hours
from gateway.payload import OfficeCalendar, OfficeStateCode, TraceReceived, decode
from gateway.store import Outage
from gateway.tracing import Terms, announcement, calendar_of, office_now, promises

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL = "FRA-NCB", "BEL-NCB"
PARIS = OfficeCalendar(
    time_zone_name="Europe/Paris", opening_span=("1-5 08:00-18:00", "6 09:00-12:00")
)
MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
OUTAGE = Outage(
    id=1,
    starts=MONDAY_NOON,
    ends=MONDAY_NOON + timedelta(days=1),
    will_forward=True,
    reason="move",
    announced=MONDAY_NOON,
    announced_by="a",
)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (MONDAY_NOON, MONDAY_NOON),
        (datetime(2026, 11, 23, 17, 30, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 0, tzinfo=UTC)),
        (datetime(2026, 7, 6, 5, 0, tzinfo=UTC), datetime(2026, 7, 6, 6, 0, tzinfo=UTC)),
    ],
)
def test_an_office_opens_by_its_own_clock_in_summer_and_winter(now, opens):
    assert calendar_of(PARIS).next_open(now) == opens


@pytest.mark.parametrize("wrong", ["8-18", "1-5 18:00-08:00", "5-1 08:00-18:00", "0 08:00-09:00"])
def test_hours_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match=wrong):
        read_hours((wrong,), "UTC")


def test_an_outage_that_keeps_nothing_counts_more_than_one_that_does():
    other = replace(OUTAGE, will_forward=False, ends=MONDAY_NOON + timedelta(hours=1))
    stands = office_now(MONDAY_NOON, PARIS, (OUTAGE, other))
    assert stands.state is OfficeStateCode.OUT_WILL_NOT_FORWARD
    assert stands.opens == OUTAGE.ends, "the longest one has to be over"


def test_an_outage_to_come_is_told_beforehand():
    stands = office_now(MONDAY_NOON - timedelta(hours=1), PARIS, (OUTAGE,))
    assert stands.state is OfficeStateCode.OPEN
    assert "2026-11-23 11:00" in (stands.note or "")
    cairo = OUTAGE.starts.astimezone(timezone(timedelta(hours=2)))
    assert "from 2026-11-23 11:00 to" in announcement(replace(OUTAGE, starts=cairo))


def outage(world, **more):
    number = world.leave(BEL, "outage", {"ends": world.now + timedelta(days=3), **more})
    world.now += timedelta(milliseconds=5)
    world.settle()
    return world.look(BEL, lambda u: u.errands.get(number))


def test_a_request_during_an_outage_that_keeps_nothing_is_rejected_at_once(world):
    outage(world, will_forward=False, reason="the register moves")
    trace_id = world.submit()
    assert world.states(trace_id, FRA, BEL) == {"REJECTED"}


def test_terms_run_from_the_opening_on_both_sides(world):
    outage(world, will_forward=True)
    back = world.now + timedelta(days=3)
    trace_id = world.submit()
    for party in (FRA, BEL):
        case = world.look(party, lambda u: u.traces.find(trace_id))
        assert case.state == "DELIVERED"
        assert case.due - back > timedelta(days=2, hours=23)
    acts = world.look(FRA, lambda u: u.traces.acts(trace_id))
    receipt = next(p for p in (decode(a.content) for a in acts) if isinstance(p, TraceReceived))
    assert receipt.office_state_code is OfficeStateCode.OUT_WILL_FORWARD
    assert receipt.acknowledge_by_timestamp == world.look(
        FRA, lambda u: u.traces.find(trace_id)
    ).due.replace(microsecond=receipt.acknowledge_by_timestamp.microsecond)


def test_whoever_waits_is_told_of_an_outage_at_once(world):
    trace_id = world.submit()
    errand = outage(world, will_forward=True, starts=world.now + timedelta(days=1))
    assert b'"told":1' in errand.answer
    said = [a.deed for a in world.look(FRA, lambda u: u.traces.acts(trace_id))]
    assert said[-1] == "COMMENT"


def test_a_closed_office_says_when_it_opens(world):
    seat = world.seats[BEL]
    shut = (world.now + timedelta(days=2)).isoweekday()
    week = OfficeCalendar(time_zone_name="UTC", opening_span=(f"{shut} 08:00-09:00",))
    seat.desk = TraceDesk(Traces(week=week))
    world.crash(seat)
    trace_id = world.submit()
    acts = world.look(FRA, lambda u: u.traces.acts(trace_id))
    receipt = next(p for p in (decode(a.content) for a in acts) if isinstance(p, TraceReceived))
    assert receipt.office_state_code is OfficeStateCode.CLOSED
    assert receipt.office_opens_timestamp.isoweekday() == shut


def dues(world, trace_id):
    return {world.look(party, lambda u: u.traces.find(trace_id)).due for party in (FRA, BEL)}


def restarted(world, week):
    """Belgium's node starts anew with these hours in its settings."""
    seat = world.seats[BEL]
    traces = Traces(week=week)
    seat.desk, seat.clerk = TraceDesk(traces), Clerks({"trace": traces})
    world.crash(seat)
    world.look(BEL, lambda u: traces.begin(u, world.now))
    seat.endpoint.ring()
    world.now += timedelta(seconds=2)
    world.settle()


def test_hours_that_change_in_a_case_are_told_and_move_both_sides_alike(world):
    trace_id = world.submit()
    (before,) = dues(world, trace_id)
    shut = before.isoweekday()
    restarted(world, OfficeCalendar(time_zone_name="UTC", opening_span=(f"{shut} 20:00-21:00",)))
    (after,) = dues(world, trace_id)
    assert after > before
    assert (after.isoweekday(), after.hour) == (shut, 20)
    acts = world.look(FRA, lambda u: u.traces.acts(trace_id))
    told = decode(acts[-1].content)
    assert f"instead of {before:%Y-%m-%d %H:%M}" in told.comment_text
    made = promises(acts, urgent=False, terms=Terms())
    assert [one.due for one in made] == [before, after], "what was promised stays to be read"
    restarted(world, OfficeCalendar(time_zone_name="UTC", opening_span=(f"{shut} 20:00-21:00",)))
    assert len(world.look(FRA, lambda u: u.traces.acts(trace_id))) == len(acts), "told once"


def test_an_outage_in_a_case_moves_both_sides_and_its_end_moves_them_back(world):
    trace_id = world.submit()
    (before,) = dues(world, trace_id)
    outage(world, will_forward=False, starts=world.now + timedelta(hours=1))
    (meanwhile,) = dues(world, trace_id)
    assert meanwhile > before + timedelta(days=1)
    number = world.leave(BEL, "outage", {"end": 1})
    world.now += timedelta(milliseconds=5)
    world.settle()
    assert b'"told":1' in world.look(BEL, lambda u: u.errands.get(number)).answer
    assert dues(world, trace_id) == {before}
