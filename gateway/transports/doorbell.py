"""A wait that another thread can end, for transports that have no long poll of their own."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from watchfiles import watch

_NOTICE_MS = 20


class Bell:
    """Rung once, it ends the wait that is on, or the next one."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        """From any thread."""
        self._rung.set()

    def wait(self, longest: timedelta) -> bool:
        """Whether it was rung within ``longest``."""
        rung = self._rung.wait(longest.total_seconds())
        self._rung.clear()
        return rung


def ringing_on_changes(
    folder: Path, bell: Bell, stopping: threading.Event, *, beginning: str = ""
) -> threading.Thread:
    """A thread, begun, that rings when a name of this ``beginning`` changes in ``folder``."""

    def look() -> None:
        for _ in watch(
            folder,
            watch_filter=lambda _, path: Path(path).name.startswith(beginning),
            debounce=_NOTICE_MS,
            step=_NOTICE_MS,
            stop_event=stopping,
            recursive=False,
            raise_interrupt=False,
        ):
            bell.ring()

    thread = threading.Thread(target=look, name=f"bell-{folder.name}", daemon=True)
    thread.start()
    return thread
