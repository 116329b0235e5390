"""The relay as a process: takes events until told to stop, then waits for what is on the way.

It decides nothing about messages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.exchange import Delivery, Link
from gateway.relay.carrier import Relay

BATCH = 500
DRAIN = timedelta(seconds=5)
_LOOK_AT_DIRECTORY = timedelta(seconds=1)


def serve(
    relay: Relay, link: Link, *, clock: Callable[[], datetime], stopping: Callable[[], bool]
) -> None:
    """Carry until ``stopping``; then wait (at most ``DRAIN``) for what is on the way.

    ``link.wake()`` makes it look at ``stopping`` at once.
    """
    while not stopping():
        now = clock()
        relay.follow_directory(now)
        due = relay.due()
        wait = _LOOK_AT_DIRECTORY if due is None else min(_LOOK_AT_DIRECTORY, due - now)
        events = link.take(limit=BATCH, timeout=max(wait, timedelta(0)))
        relay.step(events, clock())
    deadline = clock() + DRAIN
    while not relay.is_idle and clock() < deadline:
        events = link.take(limit=BATCH, timeout=deadline - clock())
        # What is not begun goes back to its queue when the link ends.
        relay.step([event for event in events if not isinstance(event, Delivery)], clock())
