"""A wait that another thread can end, for transports that have no long poll of their own."""

from __future__ import annotations

import threading
from datetime import timedelta


class Bell:
    """Rung once, it ends the wait that is on, or the next one."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self.closed = False

    def ring(self) -> None:
        """From any thread."""
        self._rung.set()

    def wait(self, longest: timedelta) -> bool:
        """Whether it was rung within ``longest``."""
        rung = self._rung.wait(longest.total_seconds())
        self._rung.clear()
        return rung
