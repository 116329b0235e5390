"""The calendar of a responder's office, as it signed it: what counts as a working day, and when the
office is at work.

It is pure and keeps no clock: instants come in. What is counted by it, ``deadlines`` says; the
clauses are those of docs/spec/tracing.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from gateway.office_hours import OfficeHours, Piece, joined, local_pieces, read_hours
from gateway.payload import OfficeCalendar as CalendarSaid

_DAY = timedelta(days=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SATURDAY, _SUNDAY = 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When an office is at work. ``rest`` are ISO days that are no working days of an office
    without hours; ``absences`` are sorted and apart."""

    hours: OfficeHours
    rest: frozenset[int]
    closed: frozenset[date] = frozenset()
    absences: tuple[Piece, ...] = ()

    @property
    def weekly(self) -> Calendar:
        """The same week without days on which it is closed, and without absences."""
        return replace(self, closed=frozenset(), absences=())

    @property
    def exceptional(self) -> bool:
        """Whether anything but its week counts."""
        return bool(self.closed or self.absences)

    def working_days(self, begins: datetime, ends: datetime) -> Iterator[Piece]:
        """The time from ``begins`` to ``ends`` that lies on working days, in order."""
        open_on = self.hours.days
        for day in self._days(begins, ends):
            weekday = day.isoweekday()
            works = weekday in open_on if open_on else weekday not in self.rest
            if works and day not in self.closed:
                for piece in local_pieces(self.hours.zone.key, day, timedelta(0), _DAY):
                    yield from _clipped(piece, begins, ends)

    def next_open(self, at: datetime) -> datetime:
        """``at`` when it is at work then, else when it is at work next; at most ``END``."""
        while at < END:
            opens = self._next_in_week(at)
            back = next((ends for begins, ends in self.absences if begins <= opens < ends), None)
            if back is None:
                return opens
            at = back
        return END

    def _next_in_week(self, at: datetime) -> datetime:
        opens = self.hours.next_open(at)
        while self.closed and opens.astimezone(self.hours.zone).date() in self.closed:
            day = opens.astimezone(self.hours.zone).date()
            *_, (_, over) = local_pieces(self.hours.zone.key, day, timedelta(0), _DAY)
            opens = self.hours.next_open(over)
        return opens

    def _days(self, begins: datetime, ends: datetime) -> Iterator[date]:
        day = begins.astimezone(self.hours.zone).date()
        last = ends.astimezone(self.hours.zone).date()
        while day <= last:
            yield day
            day += _DAY


END = datetime(9000, 1, 1, tzinfo=UTC)
"""An instant after every other."""

UNANNOUNCED = Calendar(hours=read_hours((), "UTC"), rest=frozenset({_SATURDAY, _SUNDAY}))
"""Of an office that announces nothing: at work day and night, Monday to Friday are working days."""


def without(piece: Piece, gaps: Sequence[Piece]) -> Iterator[Piece]:
    """``piece`` less ``gaps``, which are sorted and apart."""
    at, ends = piece
    for begins, over in gaps:
        if over > at:
            if begins >= ends:
                break
            if begins > at:
                yield at, begins
            at = max(at, over)
    if at < ends:
        yield at, ends


def _clipped(piece: Piece, begins: datetime, ends: datetime) -> Iterator[Piece]:
    first, last = max(piece[0], begins), min(piece[1], ends)
    if first < last:
        yield first, last


@lru_cache(maxsize=1024)
def calendar_of(said: CalendarSaid) -> Calendar | None:
    """The calendar that ``said`` announces; None where it cannot be read, which counts as none."""
    try:
        hours = read_hours(said.opening_span, said.time_zone_name)
    except ValueError:
        return None
    away = sorted(
        (one.begin_timestamp, min(one.end_timestamp, END))
        for one in said.office_absence
        if one.begin_timestamp < min(one.end_timestamp, END)
    )
    return Calendar(
        hours=hours,
        rest=frozenset(map(int, said.rest_day)),
        closed=frozenset(said.closed_date),
        absences=tuple(joined(away)),
    )


def says_otherwise(now: datetime, told: CalendarSaid | None, present: CalendarSaid) -> bool:
    """Whether ``present`` says of the time from ``now`` on something else than ``told`` did."""
    if told is None:
        return True
    ahead = tuple(one for one in told.office_absence if one.end_timestamp > now)
    days = tuple(sorted(d for d in told.closed_date if d >= now.date() - _DAY))
    return replace(told, office_absence=ahead, closed_date=days) != present


def _span_in_words(span: str) -> str:
    days, hours = span.split()
    return f"{'-'.join(_DAYS[int(day) - 1] for day in days.split('-'))} {hours}"


def in_words(said: CalendarSaid) -> str:
    """A calendar in one line for a person."""
    spans = ", ".join(map(_span_in_words, said.opening_span)) or "day and night"
    parts = [f"{spans} ({said.time_zone_name})"]
    if said.rest_day and not said.opening_span:
        parts.append(
            f"{', '.join(_DAYS[int(day) - 1] for day in said.rest_day)} are no working days"
        )
    if said.closed_date:
        parts.append("closed on " + ", ".join(map(str, said.closed_date)))
    parts += [
        f"out of service {one.begin_timestamp:%Y-%m-%d %H:%M} to {one.end_timestamp:%Y-%m-%d %H:%M}"
        " UTC"
        for one in said.office_absence
    ]
    return "; ".join(parts)
