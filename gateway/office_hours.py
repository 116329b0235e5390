"""The hours of an office in its own time zone: when it opens next, and how long it has worked.

It is pure and keeps no clock: instants come in. Whose hours they are and what hangs on them, the
rooms know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SPAN = re.compile(r"([1-7])(?:-([1-7]))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_DAYS_AHEAD = 8  # a week, and the day on which it began


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``opens`` to ``closes`` in local time on ISO ``days`` (1 is Monday)."""

    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The hours of an office; without spans it is always at work."""

    spans: tuple[Span, ...]
    zone: ZoneInfo

    def next_open(self, at: datetime) -> datetime:
        """``at`` when the office is at work then, else when it opens next, in UTC."""
        if not self.spans:
            return at
        local = at.astimezone(self.zone)
        found = []
        for ahead in range(_DAYS_AHEAD):
            day = local.date() + timedelta(days=ahead)
            for span in self.spans:
                if day.isoweekday() in span.days:
                    opens = datetime.combine(day, span.opens, self.zone).astimezone(UTC)
                    closes = datetime.combine(day, span.closes, self.zone).astimezone(UTC)
                    if at < closes:
                        found.append(max(at, opens))
        return min(found)

    def closes_next(self, at: datetime) -> datetime | None:
        """When the office, at work at ``at``, closes, in UTC; None where it always is at work."""
        if not self.spans:
            return None
        local = at.astimezone(self.zone)
        closing = [
            datetime.combine(local.date(), span.closes, self.zone).astimezone(UTC)
            for span in self.spans
            if local.isoweekday() in span.days and span.opens <= local.time() < span.closes
        ]
        return max(closing, default=at)

    def worked(self, at: datetime, span: timedelta) -> datetime:
        """The instant by which the office has been at work for ``span`` since ``at``, in UTC."""
        left = span
        while True:
            opens = self.next_open(at)
            closes = self.closes_next(opens)
            if closes is None or opens + left <= closes:
                return opens + left
            if closes <= opens:  # an hour that a change of the clocks leaves out
                closes = opens + timedelta(minutes=1)
            left -= closes - opens
            at = closes


def read_hours(spans: Sequence[str], zone: str) -> OfficeHours:
    """Hours as settings write them: ``1-5 08:00-18:00`` is Monday to Friday, eight to six.

    Raises ``ValueError`` with the words that cannot be read.
    """
    try:
        return OfficeHours(spans=tuple(map(_span, spans)), zone=ZoneInfo(zone))
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"no time zone is called {zone!r}") from error


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not like 1-5 08:00-18:00")
    first, last, *clock = (None if part is None else int(part) for part in found.groups())
    opens, closes = time(clock[0] or 0, clock[1] or 0), time(clock[2] or 0, clock[3] or 0)
    days = frozenset(range(first or 1, (last or first or 1) + 1))
    if opens >= closes or not days:
        raise ValueError(f"{text!r} ends before it begins")
    return Span(days=days, opens=opens, closes=closes)
