"""When the process's loop made its last turn.

It ends nothing: whoever watches the process does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

STILL_ALIVE_S = 60.0
"""A loop waits 5 s at most, and its largest step (a bulk batch) takes seconds on a busy machine."""


class Pulse:
    """Beaten by the loop, read by others; from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()

    def beating(self, question: Callable[[], bool]) -> Callable[[], bool]:
        """``question`` that also beats: a loop asks it each turn whether it should end."""

        def ask() -> bool:
            self._last = self._clock()
            return question()

        return ask

    @property
    def age_s(self) -> float:
        """Seconds since the last turn."""
        return self._clock() - self._last

    @property
    def is_alive(self) -> bool:
        """Whether the loop still turns."""
        return self.age_s < STILL_ALIVE_S
