"""Terms counted by calendars are those that a slow walk over all instants finds."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.payload import OfficeAbsence, OfficeCalendar
from gateway.tracing import (
    Act,
    Deed,
    Side,
    Standing,
    State,
    Terms,
    allowed,
    calendar_of,
    next_step,
    running,
    says_otherwise,
    standing_of,
)

pytestmark = pytest.mark.unit
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Clocks that change at midnight, by half an hour, in the other half of the year, or never.
ZONES = ("Europe/Paris", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu")
CHANGES = (
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 3, 8, 4, tzinfo=UTC),
    datetime(2026, 11, 1, 4, tzinfo=UTC),
    datetime(2026, 4, 4, 12, tzinfo=UTC),
    datetime(2026, 4, 23, 20, tzinfo=UTC),
    datetime(2026, 10, 29, 20, tzinfo=UTC),
)
SPANS = ("1-5 08:00-18:00", "6 00:00-02:30", "7 01:30-24:00", "1-7 00:00-24:00", "3 23:45-24:00")


class Walk:
    """The obvious way: every instant is asked."""

    def __init__(self, calendars, stops, step):
        self.calendars, self.stops, self.step = calendars, stops, step

    def calendar(self, at):
        held = [c for since, c in self.calendars if since <= at]
        return held[-1] if held else self.calendars[0][1]

    def away(self, at):
        absent = self.calendar(at).office_absence
        return any(a.begin_timestamp <= at < a.end_timestamp for a in absent)

    def works_on(self, at):
        said = self.calendar(at)
        day = at.astimezone(ZoneInfo(said.time_zone_name))
        if day.date() in said.closed_date:
            return False
        if said.opening_span:
            return any(day.isoweekday() in days(span) for span in said.opening_span)
        return str(day.isoweekday()) not in said.rest_day

    def at_work(self, at):
        said = self.calendar(at)
        day = at.astimezone(ZoneInfo(said.time_zone_name))
        if self.away(at) or day.date() in said.closed_date:
            return False
        if not said.opening_span:
            return True
        shown = f"{day:%H:%M}"
        return any(
            day.isoweekday() in days(span) and span.split()[1][:5] <= shown < span[-5:]
            for span in said.opening_span
        )

    def opening(self, at):
        while not self.at_work(at):
            at += self.step
        return at

    def reach(self, since, span, *, working_days):
        at, left = since, span
        while left > timedelta(0):
            stands = any(begins <= at < ends for begins, ends in self.stops)
            if not stands and not self.away(at) and (self.works_on(at) or not working_days):
                left -= self.step
            at += self.step
        return self.opening(at)


def days(span):
    first, last = span.split()[0][0], span.split()[0][-1]
    return range(int(first), int(last) + 1)


def worlds(step, days_most):
    """A start, calendars that follow each other, stops and a span, all in whole steps."""

    @st.composite
    def drawn(draw):
        zone = draw(st.sampled_from(ZONES))
        steps = st.integers(0, days_most * DAY // step)
        start = draw(st.sampled_from(CHANGES)) - draw(steps) * step
        later = steps.map(lambda n: start + n * step)
        pieces = st.tuples(later, st.integers(1, DAY // step)).map(
            lambda p: (p[0], p[0] + p[1] * step)
        )
        calendars = [
            (
                since,
                OfficeCalendar(
                    time_zone_name=zone,
                    opening_span=tuple(draw(st.lists(st.sampled_from(SPANS), max_size=2))),
                    rest_day=tuple(sorted(draw(st.sets(st.sampled_from("1567"))))),
                    closed_date=tuple(
                        at.date() for at, _ in draw(st.lists(pieces, max_size=2, unique=True))
                    ),
                    office_absence=tuple(
                        OfficeAbsence(
                            begin_timestamp=begins, end_timestamp=ends, will_forward_indicator=True
                        )
                        for begins, ends in draw(st.lists(pieces, max_size=2))
                    ),
                ),
            )
            for since in sorted(draw(st.lists(later, min_size=1, max_size=3)))
        ]
        stops = draw(st.lists(pieces, max_size=2))
        return start, calendars, stops, draw(st.integers(1, 2 * DAY // step)) * step

    return drawn()


def held_against_the_walk(world, step):
    start, calendars, stops, span = world
    walk = Walk(calendars, stops, step)
    since = walk.opening(start)
    read = tuple((since, calendar_of(said)) for since, said in calendars)
    standing = Standing(
        sent_at=start,
        delivered_at=start,
        calendars=read,
        stops=tuple(stops),
        terms=(span, span),
        acknowledged_at=start,
    )
    for state, working_days in ((State.DELIVERED, True), (State.IN_PROGRESS, False)):
        run = running(standing_in(standing, state), urgent=False, terms=Terms())
        assert run.since == since
        assert run.due == walk.reach(since, span, working_days=working_days), state
        assert run.at(1.5) == walk.reach(since, span * 1.5, working_days=working_days), state


def standing_in(standing, state):
    return Standing(
        **{name: getattr(standing, name) for name in Standing.__slots__ if name != "state"},
        state=state,
    )


QUARTER = timedelta(minutes=15)


@settings(max_examples=examples(40), deadline=None)
@given(worlds(QUARTER * 2, 4))
def test_terms_are_those_of_a_walk_by_quarters_of_an_hour(world):
    held_against_the_walk(world, QUARTER)


@pytest.mark.slow
@settings(max_examples=examples(8), deadline=None)
@given(worlds(MINUTE * 2, 2))
def test_terms_are_those_of_a_walk_by_the_minute(world):
    held_against_the_walk(world, MINUTE)


def week(*spans, zone="Europe/Brussels", **more):
    return OfficeCalendar(time_zone_name=zone, opening_span=spans, **more)


def absence(begins, ends):
    return OfficeAbsence(begin_timestamp=begins, end_timestamp=ends, will_forward_indicator=True)


def acts(*calendars):
    """A request that is delivered with the first calendar; the others are told a day apart."""
    asked = (3 * DAY, 30 * DAY)
    first = Act(side=Side.REQUESTER, number=1, seen=0, deed=Deed.REQUEST, at=T0, terms=asked)
    said = [
        Act(
            side=Side.RESPONDER,
            number=1 + days,
            seen=1,
            deed=Deed.COMMENT if days else Deed.RECEIVED,
            at=T0 + days * DAY,
            calendar=calendar_of(calendar),
        )
        for days, calendar in enumerate(calendars)
    ]
    return [first, *said]


def due(*calendars):
    return running(standing_of(acts(*calendars)), urgent=False, terms=Terms()).due


OFFICE = "1-5 08:00-18:00"


def test_three_working_days_pass_over_weekends_holidays_and_outages():
    assert due(week(OFFICE)) == T0 + 3 * DAY
    assert due(week("1-3 08:00-18:00")) == T0 + 7 * DAY, "Thursday and Friday are none here"
    assert due(week(OFFICE, closed_date=(date(2026, 11, 24),))) == T0 + 4 * DAY
    away = absence(T0 + DAY, T0 + 2 * DAY)
    assert due(week(OFFICE, office_absence=(away,))) == T0 + 4 * DAY


def test_a_term_never_ends_while_the_office_is_closed():
    early = week("1-4 08:00-18:00", "5 12:00-18:00")
    friday_morning = [replace_at(act, T0 + DAY) for act in acts(early)]
    run = running(standing_of(friday_morning), urgent=False, terms=Terms())
    assert run.due == datetime(2026, 11, 27, 11, tzinfo=UTC), "Friday at noon by its clocks"


def replace_at(act, at):
    return Act(**{**{name: getattr(act, name) for name in Act.__slots__}, "at": at})


def test_what_had_passed_when_hours_changed_stays_counted():
    fewer = week("4 08:00-18:00")
    assert due(week(OFFICE), fewer) > due(week(OFFICE))
    thursdays = datetime(2026, 12, 3, 23, tzinfo=UTC)  # the second of them is over
    assert thursdays <= due(week(OFFICE), fewer) <= thursdays + 7 * DAY


def test_nobody_is_away_for_longer_than_a_month():
    for_years = absence(T0 + DAY, T0 + 4000 * DAY)
    assert due(week(OFFICE, office_absence=(for_years,))) == T0 + (3 + 31) * DAY


def test_a_calendar_that_cannot_be_read_counts_as_none():
    nowhere = OfficeCalendar(time_zone_name="Atlantis/Capital", opening_span=(OFFICE,))
    backwards = week("1-5 18:00-08:00")
    for said in (nowhere, backwards):
        assert calendar_of(said) is None
        assert due(said) == T0 + 3 * DAY


def test_who_seeks_clarification_is_owed_an_answer_in_a_term_of_its_own():
    late = T0 + 40 * DAY
    request, received = acts(week(zone="UTC"))
    side, other = Side.RESPONDER, Side.REQUESTER
    said = [
        request,
        received,
        Act(side=side, number=2, seen=1, deed=Deed.ACCEPT, at=T0),
        Act(side=side, number=3, seen=1, deed=Deed.ANSWER_FINAL, at=T0 + DAY),
        Act(side=other, number=2, seen=3, deed=Deed.CLARIFY, at=late),
    ]
    standing = standing_of(said)
    run = running(standing, urgent=False, terms=Terms())
    assert run.due == late + 30 * DAY
    silent = Act(
        side=other, number=3, seen=3, deed=Deed.STATE_NO_ANSWER, at=late, deadline="ANSWER"
    )
    assert Deed.CLOSE not in allowed(standing, other, late)
    assert Deed.CLOSE in allowed(standing_of([*said, silent]), other, late), "it is not stuck"
    again = Act(side=side, number=4, seen=2, deed=Deed.ANSWER_FINAL, at=late)
    assert running(standing_of([*said, again]), urgent=False, terms=Terms()) is None


def test_what_is_over_is_no_news():
    over = week(OFFICE, office_absence=(absence(T0, T0 + DAY),))
    assert not says_otherwise(T0 + 2 * DAY, over, week(OFFICE))
    assert says_otherwise(T0, over, week(OFFICE))


def test_each_term_has_reminders_and_a_statement_of_its_own():
    silent = Act(
        side=Side.REQUESTER,
        number=2,
        seen=0,
        deed=Deed.STATE_NO_ANSWER,
        at=T0 + timedelta(minutes=3),
        deadline="RECEIPT",
    )
    request, received = acts(week(OFFICE))
    back = replace_at(received, T0 + timedelta(hours=1))
    standing = standing_of([request, silent, back])
    assert standing.state is State.DELIVERED
    run = running(standing, urgent=False, terms=Terms())
    assert run.deadline not in standing.given_up
    assert Deed.CLOSE not in allowed(standing, Side.REQUESTER, T0), "it was received after all"
    assert next_step(run, reminded=0, terms=Terms()).at == run.due
