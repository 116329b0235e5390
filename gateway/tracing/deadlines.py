"""The terms of a trace request: which one runs, when it is due, when to remind and to give up.

It is pure and keeps no clock: instants come in. Terms are settings; no published iARMS values were
found, so the defaults are those of docs/spec/tracing.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.payload import TraceDeadlineCode
from gateway.tracing.machine import Standing, State

CLOSED_MOST = timedelta(days=31)
"""An office that says to be closed for longer is reminded as if it were not."""

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long each step may take; ``weekend`` are ISO days on which no office works.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The term that runs: from ``since``, due at ``due``."""

    deadline: TraceDeadlineCode
    since: datetime
    due: datetime

    def at(self, factor: float) -> datetime:
        """The instant at ``factor`` times the term."""
        return self.due + (self.due - self.since) * (factor - 1)


def running(standing: Standing, *, urgent: bool, terms: Terms) -> Running | None:
    """The term that runs now; None while the clock stands and when nothing is owed."""
    if standing.stopped_at is not None or standing.sent_at is None or standing.ended:
        return None
    if standing.state is State.SENT:
        sent = standing.sent_at
        return Running(deadline=TraceDeadlineCode.RECEIPT, since=sent, due=sent + terms.receipt)
    delivered = _at_work(standing.delivered_at or standing.sent_at, standing.opens_at)
    if standing.state is State.DELIVERED:
        days = terms.urgent_acknowledge_days if urgent else terms.acknowledge_days
        return Running(
            deadline=TraceDeadlineCode.ACKNOWLEDGEMENT,
            since=delivered,
            due=working_days_after(delivered, days, terms.weekend),
        )
    if standing.first_answer_at is None:
        term = terms.urgent_answer if urgent else terms.answer
        since = delivered + standing.stopped_for  # the time in which the clock stood does not count
        return Running(deadline=TraceDeadlineCode.ANSWER, since=since, due=since + term)
    return None


def _at_work(delivered: datetime, opens: datetime | None) -> datetime:
    return delivered if opens is None else min(max(delivered, opens), delivered + CLOSED_MOST)


def working_days_after(start: datetime, days: float, weekend: frozenset[int]) -> datetime:
    """``start`` and so many days on which offices work, each of 24 hours, in UTC."""
    if len(weekend) >= 7:  # noqa: PLR2004 - the days of a week
        raise ValueError("an office works on one day of the week at least")
    at, left = start, timedelta(days=days)
    while True:
        midnight = (at + _DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        if at.isoweekday() in weekend:
            at = midnight
        elif at + left <= midnight:
            return at + left
        else:
            left -= midnight - at
            at = midnight


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
