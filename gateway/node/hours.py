"""Tells the registry the hours of this office, once for each change of the settings.

It sets no clock of a hit; the registry does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from gateway.config import Settings
from gateway.endpoint import Outgoing
from gateway.errors import ConfigError
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.log import Logger
from gateway.office_hours import read_hours
from gateway.payload import ContactPoint, OfficeHoursNotice, PurposeCode
from gateway.posting import Posting
from gateway.store import Errand, OfficeKept, Timer, Unit

TELL = "office.tell"
"""The kind of the clock that tells; its first word names the clerk."""
_LATER = timedelta(hours=1)


class OfficeClerk:
    """A node's clerk for its own office."""

    def __init__(self, settings: Settings, log: Logger) -> None:
        """Raises ``ConfigError`` for hours that no calendar holds."""
        self._party = settings.party
        self._log = log
        office = settings.office
        self._spans = () if office is None else office.hours
        self._zone = "UTC" if office is None else office.time_zone
        self._duty = None
        if office is not None and (office.duty_telephone or office.duty_email):
            self._duty = ContactPoint(
                contact_name=office.name,
                telephone=office.duty_telephone,
                email=office.duty_email,
                available_always_indicator=True,
            )
        try:
            read_hours(self._spans, self._zone)
        except ValueError as error:
            raise ConfigError(
                f"office hours cannot be read: {error}",
                place="office.hours",
                expected='spans like "1-5 08:00-18:00" and a time zone like Europe/Paris',
                remedy="correct the setting; nothing was started",
            ) from error

    def begin(self, unit: Unit, now: datetime) -> None:
        """Sets the clock that tells, where the settings say something new."""
        told = unit.offices.of(self._party)
        silent = told is None and not self._spans and self._duty is None
        if silent or (told is not None and _said(told) == _said(self._kept(now))):
            return
        unit.timers.set(TELL, self._party, due=now, now=now)

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:  # noqa: ARG002 - the clerk's protocol
        """Nobody asks for an errand of this kind."""
        raise LookupError(f"nobody does errands of the kind {errand.kind}")

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """Announces the hours; where the directory does not grant it yet, it is tried again."""
        frame, unit = outgoing.frame, outgoing.unit
        notice = OfficeHoursNotice(
            context=frame.context("OFFICE_HOURS", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
            opening_span=self._spans,
            time_zone_name=self._zone,
            duty_officer=self._duty,
        )
        if not outgoing.may_send(REGISTRY_PARTY, notice):
            self._log.warning("office.hours-not-granted", party=self._party)
            unit.timers.set(timer.kind, timer.subject, due=frame.now + _LATER, now=frame.now)
            return
        outgoing.post(Posting(to=REGISTRY_PARTY, payload=notice, lane=Lane.ROUTINE, answers=False))
        unit.offices.keep(self._kept(frame.now))

    def _kept(self, now: datetime) -> OfficeKept:
        duty = None if self._duty is None else msgspec.json.encode(self._duty).decode()
        return OfficeKept(
            party=self._party, spans=self._spans, zone=self._zone, duty=duty, told=now
        )


def _said(kept: OfficeKept) -> tuple[tuple[str, ...], str, str | None]:
    return kept.spans, kept.zone, kept.duty
