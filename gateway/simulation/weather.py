"""What the line and the broker do to each message: how long it takes, and whether it is kept.

Everything is drawn from the randomness that it is given. It moves no message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

_USUAL = tuple(timedelta(milliseconds=ms) for ms in range(1, 13))


class Fate(StrEnum):
    """What becomes of one publication at the broker."""

    KEPT = "kept"
    LOST = "lost"  # confirmed, and lost all the same: its disk was no disk
    TWICE = "twice"
    UNCONFIRMED = "unconfirmed"  # kept, and the confirm never comes
    NACKED = "nacked"  # a full queue, a leader that is away
    RETURNED = "returned"  # no queue is bound


_DUE = (Fate.LOST, Fate.TWICE, Fate.UNCONFIRMED, Fate.NACKED, Fate.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """How likely each fate is, out of 1; ``slow`` is the share of messages that take seconds."""

    lost: float = 0.0
    twice: float = 0.0
    unconfirmed: float = 0.0
    nacked: float = 0.0
    returned: float = 0.0
    slow: float = 0.0
    slowest: timedelta = timedelta(seconds=8)


CALM = Climate()


class Weather:
    """The climate now, and single fates that were asked for ahead of it."""

    def __init__(self, random: Random) -> None:
        self.climate = CALM
        self.met: dict[Fate, int] = {}
        self._random = random
        self._ahead: dict[str, list[Fate]] = {}

    def ahead(self, user: str, fate: Fate, count: int) -> None:
        """The next ``count`` publications of ``user`` meet this fate."""
        self._ahead.setdefault(user, []).extend([fate] * count)

    def calm(self) -> None:
        """From now on everything is kept and quick."""
        self.climate = CALM
        self._ahead.clear()

    def fate(self, user: str) -> Fate:
        """The fate of the next publication of ``user``."""
        waiting = self._ahead.get(user)
        fate = waiting.pop(0) if waiting else self._drawn()
        if fate is not Fate.KEPT:
            self.met[fate] = self.met.get(fate, 0) + 1
        return fate

    def delay(self) -> tuple[timedelta, bool]:
        """How long one thing takes on the line, and whether others overtake it."""
        climate = self.climate
        if climate.slow and self._random.random() < climate.slow:
            return climate.slowest * self._random.random(), True
        return _USUAL[int(self._random.random() * len(_USUAL))], False

    def _drawn(self) -> Fate:
        climate = self.climate
        if climate is CALM:
            return Fate.KEPT
        drawn = self._random.random()
        odds = (
            climate.lost,
            climate.twice,
            climate.unconfirmed,
            climate.nacked,
            climate.returned,
        )
        for fate, odd in zip(_DUE, odds, strict=True):
            if drawn < odd:
                return fate
            drawn -= odd
        return Fate.KEPT
