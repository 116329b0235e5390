"""The terms of a trace request: which one runs, when it is due, when to remind and to give up.

It is pure and keeps no clock: instants come in. How long a term is, the request says; what of time
counts, the responder's calendar, as it stood at each instant (docs/spec/tracing.md, section 4).
Terms are settings; no published iARMS values were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.office_hours import Piece, joined
from gateway.payload import TraceDeadlineCode
from gateway.tracing.machine import Standing, State
from gateway.tracing.office_calendar import END, UNANNOUNCED, Calendar, without

MOVED_MOST = timedelta(days=31)
"""Closed days and absences move a term by no more than that: whoever announces to be away for
years is reminded all the same."""

_TERM_MOST = timedelta(days=366)
_SATURDAY, _SUNDAY = 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long each step may take; ``weekend`` are ISO days that an office without hours rests.

    ``reminders`` are multiples of a term at which a reminder goes, the last one to the head of the
    office; at ``give_up`` the requester states that nobody answered.
    """

    receipt: timedelta = timedelta(minutes=1)
    acknowledge_days: float = 3
    answer: timedelta = timedelta(days=30)
    urgent_acknowledge_days: float = 1
    urgent_answer: timedelta = timedelta(days=2)
    weekend: frozenset[int] = frozenset({_SATURDAY, _SUNDAY})
    reminders: tuple[float, ...] = (1.0, 1.5, 2.0)
    give_up: float = 2.5

    def asked(self, *, urgent: bool) -> tuple[timedelta, timedelta]:
        """Until acknowledgement, in time of working days; until the first answer."""
        if urgent:
            return timedelta(days=self.urgent_acknowledge_days), self.urgent_answer
        return timedelta(days=self.acknowledge_days), self.answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What of the time since ``since`` counts for a term, and where it may end.

    ``calendars`` hold from their instants on, the first one from the beginning; ``stops`` is the
    time in which the clock stood. All are in order.
    """

    since: datetime
    working_days: bool
    calendars: tuple[tuple[datetime, Calendar], ...]
    stops: tuple[Piece, ...] = ()

    def reach(self, span: timedelta) -> datetime:
        """(4.5) The first instant at which ``span`` has been counted and the office is at work."""
        if not any(calendar.exceptional for _, calendar in self.calendars):
            return self._reach(span, END)
        # (4.7) the same weeks without exceptions, and a month
        weeks = tuple((begins, calendar.weekly) for begins, calendar in self.calendars)
        most = replace(self, calendars=weeks).reach(span) + MOVED_MOST
        return min(most, self._reach(span, most))

    def opening(self, at: datetime) -> datetime:
        """``at`` when the office is at work then, else when it is next."""
        opens = at
        for begins, ends, calendar in self._segments(END):
            if ends > at:
                opens = calendar.next_open(max(begins, at))
                if opens < ends:
                    break
        return opens

    def _reach(self, span: timedelta, most: datetime) -> datetime:
        left = span
        for begins, ends in self._counted(most):
            if begins + left <= ends:
                return self.opening(begins + left)
            left -= ends - begins
        return most

    def _counted(self, most: datetime) -> Iterator[Piece]:
        for begins, ends, calendar in self._segments(most):
            since = max(begins, self.since)
            if since >= ends:
                continue
            whole: Iterator[Piece] = iter(((since, ends),))
            if self.working_days:
                whole = calendar.working_days(since, ends)
            for piece in whole:
                for part in without(piece, calendar.absences):
                    yield from without(part, self.stops)

    def _segments(self, most: datetime) -> Iterator[tuple[datetime, datetime, Calendar]]:
        starts = [begins for begins, _ in self.calendars[1:]]
        bounds = [min([self.since, *starts]), *starts, most]
        for at, (_, calendar) in enumerate(self.calendars):
            yield bounds[at], bounds[at + 1], calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The term that runs: from ``since``, due at ``due``; ``asked_at``: asked anew, and when."""

    deadline: TraceDeadlineCode
    since: datetime
    due: datetime
    span: timedelta
    course: Course
    asked_at: datetime | None = None

    def at(self, factor: float) -> datetime:
        """The instant at ``factor`` times the term."""
        return self.course.reach(self.span * factor)


def running(standing: Standing, *, urgent: bool, terms: Terms) -> Running | None:
    """The term that runs now; None while the clock stands and when nothing is owed.

    ``terms`` count where the request names none (one of a version before).
    """
    if standing.stopped_at is not None or standing.sent_at is None or standing.ended:
        return None
    if standing.state is State.SENT:
        course = Course(
            since=standing.sent_at, working_days=False, calendars=((standing.sent_at, _AWAKE),)
        )
        return _term(TraceDeadlineCode.RECEIPT, course, terms.receipt)
    asked = standing.terms or terms.asked(urgent=urgent)
    acknowledge, answer = (min(span, _TERM_MOST) for span in asked)
    if standing.state is State.DELIVERED:
        course = _course(standing, terms, working_days=True)
        return _term(TraceDeadlineCode.ACKNOWLEDGEMENT, course, acknowledge)
    if standing.first_answer_at is None or standing.asked_anew_at is not None:  # (4.9)
        course = _course(standing, terms, working_days=False)
        run = _term(TraceDeadlineCode.ANSWER, course, answer)
        return replace(run, asked_at=standing.asked_anew_at)
    return None


_AWAKE = replace(UNANNOUNCED, rest=frozenset())


def _term(deadline: TraceDeadlineCode, course: Course, span: timedelta) -> Running:
    return Running(
        deadline=deadline,
        since=course.since,
        due=course.reach(span),
        span=span,
        course=course,
    )


def _course(standing: Standing, terms: Terms, *, working_days: bool) -> Course:
    """(4.4) The course of a term from when the responder, having it, is at work."""
    delivered = standing.asked_anew_at or standing.delivered_at or standing.sent_at
    assert delivered is not None, "running() has seen to it"  # noqa: S101 - for the type checker
    calendars = standing.calendars
    if not calendars:
        calendars = ((delivered, replace(UNANNOUNCED, rest=terms.weekend)),)
        # of a receipt that says no more than that
        opens = standing.opens_at if standing.asked_anew_at is None else None
    else:
        opens = Course(since=delivered, working_days=False, calendars=calendars).opening(delivered)
    since = delivered if opens is None else min(max(delivered, opens), delivered + MOVED_MOST)
    stops = tuple(joined(sorted(standing.stops)))
    return Course(since=since, working_days=working_days, calendars=calendars, stops=stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What the requester's clock does next, and when; ``number`` is the reminder's, 0 for none."""

    at: datetime
    number: int
    escalated: bool


def next_step(run: Running, *, reminded: int, terms: Terms) -> NextStep:
    """The next reminder of a term after ``reminded`` of them, or the statement that none helped."""
    if reminded < len(terms.reminders):
        last = reminded + 1 == len(terms.reminders)
        return NextStep(at=run.at(terms.reminders[reminded]), number=reminded + 1, escalated=last)
    return NextStep(at=run.at(terms.give_up), number=0, escalated=False)
