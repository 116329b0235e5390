"""How an office stands now: at work, closed until its next hour, or out as it announced.

It is pure and keeps no clock: instants come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.office_hours import OfficeHours
from gateway.payload import OfficeStateCode
from gateway.store import Outage


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNow:
    """Whether the office is at work, when it opens again where it is not, and a note on it."""

    state: OfficeStateCode
    opens: datetime | None = None
    note: str | None = None


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
