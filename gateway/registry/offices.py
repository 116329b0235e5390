"""Says by when an owner's office can be expected to answer about a hit, and who answers till then.

Pure: the hours come in as the office announced them. It sets no clock (see ``hitsteps``). The rules
are docs/spec/registry.md (10.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from gateway.frame import Frame
from gateway.office_hours import OfficeHours, read_hours
from gateway.payload import (
    AddresseeCode,
    Availability,
    ConfirmationUrgencyCode,
    ContactPoint,
    OfficeHoursNotice,
    OfficeStateCode,
)
from gateway.registry.errors import OfficeHoursError
from gateway.registry.hitlife import REQUESTS_MOST, Clocks
from gateway.store import OfficeKept, PeerOutage, Unit

_REASON_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office of one owner, as it announced itself.

    ``reachable``: somebody answers day and night, the office itself or its ``duty`` officer.
    ``outages`` are those that are not over, the first one first.
    """

    announced: bool
    """Whether its hours are; else only an outage is."""
    hours: OfficeHours
    reachable: bool
    duty: ContactPoint | None
    outages: Sequence[PeerOutage]

    def opens(self, at: datetime) -> datetime:
        """``at`` where the office is at work then, else when it is at work next."""
        moment = self.hours.next_open(at)
        for outage in self.outages:
            if outage.starts <= moment < outage.ends:
                moment = self.hours.next_open(outage.ends)
        return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """When an answer is due, who is asked, and how the office stands where its hours are known."""

    due: datetime
    addressee: AddresseeCode
    state: OfficeStateCode | None = None
    opens: datetime | None = None
    duty: ContactPoint | None = None


def expected(
    now: datetime,
    *,
    urgency: ConfirmationUrgencyCode,
    number: int,
    always: bool,
    office: Office | None,
    clocks: Clocks,
) -> Expected:
    """By when request ``number``, made at ``now``, should be answered, and by whom.

    ``always``: the record names a contact that answers day and night.
    """
    last = number >= REQUESTS_MOST
    asked = AddresseeCode.DUTY_OFFICER if last else AddresseeCode.OFFICE
    if office is None:  # (10.4) nothing was announced
        return Expected(due=now + clocks.span(urgency, always=always), addressee=asked)
    span = clocks.span(urgency, always=always or office.announced)
    opens = office.opens(now)
    urgent = urgency is ConfirmationUrgencyCode.URGENT
    if opens <= now:
        due = office.hours.worked(now, span)
        if (urgent or last) and (always or office.reachable):
            due = now + span
        return Expected(due=due, addressee=asked, state=OfficeStateCode.OPEN)
    if (urgent or last) and (always or office.reachable):  # (10.4) it cannot wait, nor need it
        due, asked = now + span, AddresseeCode.DUTY_OFFICER
    else:
        due = office.hours.worked(opens, span)
        if urgent:
            due = min(due, now + clocks.office_hours)
    return Expected(
        due=due,
        addressee=asked,
        state=OfficeStateCode.CLOSED,
        opens=opens,
        duty=office.duty,
    )


def office_of(party: str, unit: Unit, now: datetime) -> Office | None:
    """The office of ``party``, if it announced hours or an outage that runs."""
    kept = unit.offices.of(party)
    outages = unit.outages.of_others(now, party)
    if kept is None and not outages:
        return None
    duty = None
    if kept is not None and kept.duty is not None:
        duty = msgspec.json.decode(kept.duty, type=ContactPoint)
    return Office(
        announced=kept is not None,
        hours=read_hours((), "UTC") if kept is None else read_hours(kept.spans, kept.zone),
        reachable=duty is not None,
        duty=duty,
        outages=outages,
    )


def heard_hours(notice: OfficeHoursNotice, sender: str, unit: Unit, frame: Frame) -> None:
    """Keeps the hours that ``sender`` announced, in place of those before.

    Raises ``OfficeHoursError`` for hours that end before they begin and zones that nobody knows.
    """
    try:
        read_hours(notice.opening_span, notice.time_zone_name)
    except ValueError as error:
        raise OfficeHoursError(
            f"the announced hours cannot be read: {error}",
            place="OfficeHoursNotice/OpeningSpan, TimeZoneName",
            value=f"{', '.join(notice.opening_span)} {notice.time_zone_name}",
            expected="spans like 1-5 08:00-18:00 and a time zone like Europe/Paris",
            remedy="correct `hours` and `time_zone` of [office] in the node's settings",
        ) from error
    duty = notice.duty_officer
    unit.offices.keep(
        OfficeKept(
            party=sender,
            spans=notice.opening_span,
            zone=notice.time_zone_name,
            duty=None if duty is None else msgspec.json.encode(duty).decode(),
            told=frame.now.astimezone(UTC),
        )
    )


def heard_outage(notice: Availability, sender: str, unit: Unit, frame: Frame) -> None:
    """Keeps the outage that ``sender`` announced: its clocks stand meanwhile."""
    reason = notice.reason_text
    unit.outages.heard(
        PeerOutage(
            peer=sender,
            reference=notice.outage_reference,
            starts=notice.begin_timestamp,
            ends=notice.end_timestamp,
            will_forward=notice.will_forward_indicator,
            reason=None if reason is None else reason[:_REASON_MOST],
            told=frame.now,
        )
    )
