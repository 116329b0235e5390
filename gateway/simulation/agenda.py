"""Virtual time: what is to happen when, one thing at a time and always in the same order.

It knows nothing of messages; it only tells whether anything but a timer is still to come.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

Act = Callable[[], None]


class Agenda:
    """``now`` moves only when ``advance`` takes the next thing. Equal instants keep their order."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.traffic = 0
        """Things to come that are not mere timers: messages on the line, work to be done."""
        self.done = 0
        self._numbers = itertools.count()
        self._heap: list[tuple[datetime, int, bool, Act]] = []

    @property
    def next_at(self) -> datetime | None:
        """When the next thing happens."""
        return self._heap[0][0] if self._heap else None

    def at(self, when: datetime, act: Act, *, traffic: bool = True) -> None:
        """Does ``act`` at ``when``; what lies in the past happens now."""
        self.traffic += traffic
        heapq.heappush(self._heap, (max(when, self.now), next(self._numbers), traffic, act))

    def after(self, span: timedelta, act: Act, *, traffic: bool = True) -> None:
        """Does ``act`` when ``span`` has passed."""
        self.at(self.now + span, act, traffic=traffic)

    def advance(self) -> None:
        """Goes on to the next thing and does it. Raises IndexError when there is none."""
        when, _, traffic, act = heapq.heappop(self._heap)
        self.now = when
        self.traffic -= traffic
        self.done += 1
        act()
