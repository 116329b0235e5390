"""Dates anew what this party made while its clock was ahead of the exchange's, under the same ids.

The relay refused it as of the future, so it had no effect; its receiver knows each message by its
id, so one that came through all the same has no second one. It sends nothing, and sets no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.endpoint.arrivals import Arrival
from gateway.endpoint.departures import Departures
from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Station
from gateway.envelope import CLOCK_SKEW, date_anew
from gateway.log import Logger
from gateway.store import Dated, JournalLine, Store, Unit
from keys import Directory, TrustError

_AT_ONCE = 200
_AGAIN = timedelta(seconds=15)
_TELL_EVERY = timedelta(seconds=30)
KNOWN_FOR = timedelta(days=31)
"""So long every receiver knows an id (exchange 7.9): as long its first octets may still live."""


class Redating:
    """One endpoint's memory of whether its clock is ahead; what it forgets, a refusal tells."""

    def __init__(self, station: Station, departures: Departures, log: Logger) -> None:
        self._station = station
        self._departures = departures
        self._log = log
        self._looks = True  # what an earlier process dated
        self._was_ahead = False  # known, and put right since: what lies in our future is wrong
        self._unsure = True  # what lies in our future may be wrong, or our clock behind now
        self._told_at: datetime | None = None  # our clock is ahead, and that is in the log
        self._refused = 0

    # --- what is learned ----------------------------------------------------------------------

    def refused(self, message_id: str, at: datetime, outgoing: Outgoing) -> None:
        """The relay refused a message of ours as of the future; ``at`` is the exchange's time.

        While our clock is ahead of that, all that leaves would be refused: it waits here. Where
        it is not, somebody put it right since, or another machine of ours made the message.
        """
        now = outgoing.frame.now
        ahead = outgoing.unit.outbox.refused_as_future(
            message_id, at, skew=CLOCK_SKEW, again=now + _AGAIN
        )
        self._looks = True
        if not ahead or now - at <= CLOCK_SKEW:
            return
        self._departures.hold(now)
        self._refused += 1
        if self._told_at is None or now - self._told_at >= _TELL_EVERY:
            self._told_at = now
            seconds = round((now - at).total_seconds())
            self._log.error("endpoint.clock-ahead", by_s=seconds, refused=self._refused)

    def saw(self, arrivals: Iterable[Arrival], now: datetime) -> None:
        """What somebody just made by a clock that agrees with ours shows that ours is right."""
        if not self._unsure and not self._departures.is_held:
            return
        made = [a.header.created for a in arrivals if a.header is not None and a.relayed]
        if not made or now - max(made) > CLOCK_SKEW:
            return
        self._looks = self._was_ahead = True
        self._unsure = False
        if self._departures.is_held:
            self._departures.let_go(now)

    def clock_set_back(self, now: datetime) -> None:
        """What lies in our own future now was made by the clock as it was; was that the wrong one?

        A refusal by the relay says so, or the next message that agrees with the clock as it is.
        """
        self._looks = self._unsure = True
        if self._departures.is_held:
            self._was_ahead = True
            self._departures.let_go(now)

    # --- what is done -------------------------------------------------------------------------

    def follow(self, directory: Directory, store: Store, now: datetime) -> bool:
        """Dates anew what has to be; whether rows were made due. Raises ``StoreError``."""
        if self._told_at is not None and not self._departures.is_held:
            self._log.info("endpoint.clock-agrees", refused=self._refused)
            self._told_at, self._refused = None, 0
        if not self._looks:
            return False
        with store.unit() as unit:
            # Unless the relay has said so, what lies in our own future may be right, and our clock
            # behind: it goes as it is.
            known = self._was_ahead or unit.outbox.any_refused(now + CLOCK_SKEW)
        number = self._date_all(directory, store, now) if known else 0
        self._looks = self._was_ahead = False
        if number:
            self._log.warning("outbox.dated-anew", messages=number)
        return bool(number)

    def _date_all(self, directory: Directory, store: Store, now: datetime) -> int:
        number, after = 0, ""
        while True:
            with store.unit() as unit:
                found = unit.outbox.dated_after(now + CLOCK_SKEW, after=after, most=_AT_ONCE)
                number += sum(self._date(one, directory, unit, now) for one in found)
            if not found:
                return number
            after = found[-1].message_id

    def _date(self, was: Dated, directory: Directory, unit: Unit, now: datetime) -> bool:
        """Whether it goes with a new date; else it waits until its old one has come."""
        if was.content_key is None or was.expires + CLOCK_SKEW > now + KNOWN_FOR:
            # Its first octets could still have an effect when its receiver has forgotten the id.
            return False
        try:
            octets, content_key = date_anew(
                was.octets,
                content_key=was.content_key,
                created=now,
                directory_version=directory.version,
                by=self._station.signer(directory),
                to=directory.recipient(was.recipient),
                random=self._station.random,
            )
        except (TrustError, ValueError) as error:
            self._log.error("outbox.not-dated", message_id=was.message_id, reason=str(error))
            return False
        if not unit.outbox.dated_anew(was, octets, content_key, now):
            return False
        line = JournalLine(at=now, event="message.dated-anew", message_id=was.message_id)
        unit.journal.add(line)
        return True
