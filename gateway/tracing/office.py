"""When an office is at work: its hours in its own time zone, and the outages that it announced.

It is pure and keeps no clock: instants come in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.payload import OfficeStateCode
from gateway.store import Outage

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNow:
    """Whether the office is at work, when it opens again where it is not, and a note on it."""

    state: OfficeStateCode
    opens: datetime | None = None
    note: str | None = None


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


def office_now(now: datetime, hours: OfficeHours, outages: Sequence[Outage]) -> OfficeNow:
    """How the office stands; ``outages`` are those that are not over, in any order."""
    running = [one for one in outages if one.starts <= now < one.ends]
    if running:
        # Taken up by nobody while one of them says so.
        worst = min(running, key=lambda one: (one.will_forward, -one.ends.timestamp()))
        state = (
            OfficeStateCode.OUT_WILL_FORWARD
            if worst.will_forward
            else OfficeStateCode.OUT_WILL_NOT_FORWARD
        )
        back = hours.next_open(max(one.ends for one in running))
        return OfficeNow(state=state, opens=back, note=worst.reason)
    later = sorted((one for one in outages if one.starts > now), key=lambda one: one.starts)
    note = announcement(later[0]) if later else None
    opens = hours.next_open(now)
    if opens > now:
        return OfficeNow(state=OfficeStateCode.CLOSED, opens=opens, note=note)
    return OfficeNow(state=OfficeStateCode.OPEN, note=note)


def announcement(outage: Outage) -> str:
    """What others are told of an outage."""
    kept = "are kept and taken up later" if outage.will_forward else "are not taken up later"
    span = f"{outage.starts:%Y-%m-%d %H:%M} to {outage.ends:%Y-%m-%d %H:%M} UTC"
    why = f" ({outage.reason})" if outage.reason else ""
    return f"The office is out of service from {span}{why}; requests that come then {kept}."
