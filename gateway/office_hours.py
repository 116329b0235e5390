"""The hours of an office in its own time zone: when it opens next, and how long it has worked.

It is pure and keeps no clock: instants come in. Whose hours they are and what hangs on them, the
rooms know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SPAN = re.compile(r"([1-7])(?:-([1-7]))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_DAY = timedelta(days=1)
_ZONES_KEPT = 4096
_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})
"""Names that stand for another zone on another machine."""

Piece = tuple[datetime, datetime]
"""From the first instant, up to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``opens`` to ``closes`` after local midnight on ISO ``days`` (1 is Monday)."""

    days: frozenset[int]
    opens: timedelta
    closes: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The hours of an office; without spans it is always at work."""

    spans: tuple[Span, ...]
    zone: ZoneInfo

    @property
    def days(self) -> frozenset[int]:
        """ISO days on which it opens; none where it always is at work."""
        return frozenset().union(*(span.days for span in self.spans))

    def pieces(self, day: date) -> list[Piece]:
        """When the office is at work on a local day, in UTC, in order and apart.

        At work is every instant whose time on the office's clock lies in one of its spans: an hour
        that the clock shows twice counts twice, one that it leaves out not at all.
        """
        found = sorted(
            piece
            for span in self.spans
            if day.isoweekday() in span.days
            for piece in local_pieces(self.zone.key, day, span.opens, span.closes)
        )
        return joined(found)

    def next_open(self, at: datetime) -> datetime:
        """``at`` when the office is at work then, else when it opens next, in UTC."""
        if not self.spans:
            return at
        return max(at, next(opens for opens, closes in self._from(at) if at < closes))

    def closes_next(self, at: datetime) -> datetime | None:
        """When the office, at work at ``at``, closes, in UTC; None where it always is at work."""
        if not self.spans:
            return None
        here = (closes for opens, closes in self._from(at) if opens <= at < closes)
        return next(here, at)

    def worked(self, at: datetime, span: timedelta) -> datetime:
        """The instant by which the office has been at work for ``span`` since ``at``, in UTC."""
        if not self.spans:
            return at + span
        left = span
        for opens, closes in self._from(at):
            begins = max(at, opens)
            if begins < closes:
                if begins + left <= closes:
                    return begins + left
                left -= closes - begins
        raise AssertionError("weeks do not end")  # pragma: no cover

    def _from(self, at: datetime) -> Iterator[Piece]:
        # The day before, too: a clock that is put back over midnight shows it once more.
        day = at.astimezone(self.zone).date() - _DAY
        ends = at.astimezone(UTC) - _DAY * 2
        while True:
            for opens, closes in self.pieces(day):
                if closes > ends:
                    yield max(opens, ends), closes
                    ends = closes
            day += _DAY


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Sorted ``pieces`` with those that touch made one."""
    made: list[Piece] = []
    for begins, ends in pieces:
        if made and begins <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], ends))
        else:
            made.append((begins, ends))
    return made


@lru_cache(maxsize=_ZONES_KEPT)
def local_pieces(zone: str, day: date, opens: timedelta, closes: timedelta) -> tuple[Piece, ...]:
    """The instants, in UTC, at which the clocks of ``zone`` show ``day`` and a time from ``opens``
    to ``closes`` after midnight; two pieces where the clocks are changed in between."""
    clock = ZoneInfo(zone)
    midnight = datetime.combine(day, time(0), UTC)
    first = _offset(datetime.combine(day, time(0), clock))
    last = _offset(datetime.combine(day + _DAY, time(0), clock).replace(fold=1))
    if first == last:
        return ((midnight + opens - first, midnight + closes - first),)
    changes = _change(clock, midnight - max(first, last), midnight + _DAY - min(first, last))
    before = (midnight + opens - first, min(midnight + closes - first, changes))
    after = (max(midnight + opens - last, changes), midnight + closes - last)
    return tuple(piece for piece in (before, after) if piece[0] < piece[1])


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first instant, to the second, at which clocks show what they show at ``high``."""
    low -= timedelta(seconds=1)
    old = _offset(low.astimezone(zone))
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle.astimezone(zone)) == old:
            low = middle
        else:
            high = middle
    return high


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta(0)


def read_hours(spans: Sequence[str], zone: str) -> OfficeHours:
    """Hours as settings write them: ``1-5 08:00-18:00`` is Monday to Friday, eight to six.

    Raises ``ValueError`` with the words that cannot be read.
    """
    if zone in _OF_THE_MACHINE:
        raise ValueError(f"{zone!r} is another time zone on another machine")
    try:
        return OfficeHours(spans=tuple(map(_span, spans)), zone=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"no time zone is called {zone!r}") from error


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not like 1-5 08:00-18:00")
    first, last, *clock = (None if part is None else int(part) for part in found.groups())
    opens, closes = _clock(text, *clock[:2]), _clock(text, *clock[2:])
    days = frozenset(range(first or 1, (last or first or 1) + 1))
    if opens >= closes or not days:
        raise ValueError(f"{text!r} ends before it begins")
    return Span(days=days, opens=opens, closes=closes)


def _clock(text: str, hours: int | None, minutes: int | None) -> timedelta:
    shown = timedelta(hours=hours or 0, minutes=minutes or 0)
    if shown > _DAY or (minutes or 0) > 59:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"{text!r} shows a time that no clock does")
    return shown
