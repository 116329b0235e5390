"""Ends the work of an answer on a whole tick, so that its time tells nothing of what was withheld.

A record that the asker may not see costs a search some microseconds: it is met in an index and
passed over. It says nothing of bodies and their sizes, which do not depend on it (see ``lookup``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

TICK = timedelta(milliseconds=1)
"""Some hundred times what passing over a record costs, and half of what a search does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A clock of seconds that never goes back, and how to wait."""

    clock: Callable[[], float] = time.perf_counter
    wait: Callable[[float], None] = time.sleep
    tick: timedelta = TICK

    def begin(self) -> float:
        """The instant that ticks are counted from."""
        return self.clock()

    def hold(self, begun: float) -> None:
        """Waits until a whole number of ticks has passed since ``begun``."""
        tick = self.tick.total_seconds()
        if tick > 0:
            self.wait(tick - (self.clock() - begun) % tick)
