"""How an office stands now: at work, closed until its next hour, or out as it announced.

It is pure and keeps no clock: instants come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.payload import OfficeAbsence, OfficeCalendar, OfficeStateCode
from gateway.store import Outage
from gateway.tracing.office_calendar import calendar_of, in_words

_DAY = timedelta(days=1)
_ABSENCES_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNow:
    """Whether the office is at work, when it opens again where it is not, a note on it, and the
    calendar by which its terms are counted."""

    state: OfficeStateCode
    calendar: OfficeCalendar
    opens: datetime | None = None
    note: str | None = None


ALWAYS_OPEN = OfficeCalendar(time_zone_name="UTC", rest_day=("6", "7"))
"""The week of an office whose settings give no hours."""


def office_now(now: datetime, week: OfficeCalendar, outages: Sequence[Outage]) -> OfficeNow:
    """How the office stands; ``week`` are its hours, ``outages`` those that are not over.

    Raises ``ValueError`` for hours that cannot be read.
    """
    said = calendar_said(week, outages, now)
    calendar = calendar_of(said)
    if calendar is None:
        raise ValueError(f"hours that no calendar holds: {in_words(week)}")
    opens = calendar.next_open(now)
    running = [one for one in outages if one.starts <= now < one.ends]
    if running:
        # Taken up by nobody while one of them says so.
        worst = min(running, key=lambda one: (one.will_forward, -one.ends.timestamp()))
        state = (
            OfficeStateCode.OUT_WILL_FORWARD
            if worst.will_forward
            else OfficeStateCode.OUT_WILL_NOT_FORWARD
        )
        return OfficeNow(state=state, calendar=said, opens=opens, note=worst.reason)
    later = sorted((one for one in outages if one.starts > now), key=lambda one: one.starts)
    note = announcement(later[0]) if later else None
    if opens > now:
        closed = OfficeStateCode.CLOSED
        return OfficeNow(state=closed, calendar=said, opens=opens, note=note)
    return OfficeNow(state=OfficeStateCode.OPEN, calendar=said, note=note)


def calendar_said(week: OfficeCalendar, outages: Sequence[Outage], now: datetime) -> OfficeCalendar:
    """``week``, as the settings give it, with the outages that are not over at ``now``."""
    ahead = sorted((one for one in outages if one.ends > now), key=lambda one: one.starts)
    return replace(
        week,
        closed_date=tuple(sorted(d for d in week.closed_date if d >= now.date() - _DAY)),
        office_absence=tuple(
            OfficeAbsence(
                begin_timestamp=one.starts.replace(microsecond=0),
                end_timestamp=one.ends.replace(microsecond=0),
                will_forward_indicator=one.will_forward,
                reason_text=one.reason,
            )
            for one in ahead[:_ABSENCES_MOST]
        ),
    )


def taken_back(outage: Outage, now: datetime) -> str:
    """What others are told when an outage ends before its time."""
    if outage.starts <= now:
        return "The outage is over, before the time that was announced."
    return f"The outage announced from {_shown(outage.starts)} UTC is taken back."


def announcement(outage: Outage) -> str:
    """What others are told of an outage."""
    kept = "are kept and taken up later" if outage.will_forward else "are not taken up later"
    span = f"{_shown(outage.starts)} to {_shown(outage.ends)} UTC"
    why = f" ({outage.reason})" if outage.reason else ""
    return f"The office is out of service from {span}{why}; requests that come then {kept}."


def _shown(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
