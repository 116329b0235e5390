"""The relay as a process: takes events until told to stop, then waits for what is on the way.

It decides nothing about messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from gateway.endpoint import TrustPost
from gateway.exchange import Delivery, Event, Link
from gateway.relay.carrier import Relay

BATCH = 500
DRAIN = timedelta(seconds=5)
_LOOK_AT_DIRECTORY = timedelta(seconds=1)


def serve(
    relay: Relay,
    link: Link,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    trust: TrustPost | None = None,
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
        relay.step(events if trust is None else _take_trust(events, trust, link, clock()), clock())
    deadline = clock() + DRAIN
    while not relay.is_idle and clock() < deadline:
        events = link.take(limit=BATCH, timeout=deadline - clock())
        # What is not begun goes back to its queue when the link ends.
        relay.step([event for event in events if not isinstance(event, Delivery)], clock())


def _take_trust(
    events: Sequence[Event], trust: TrustPost, link: Link, now: datetime
) -> list[Event]:
    """Takes in documents of trust before the messages that came with them; gives the others."""
    others: list[Event] = []
    for event in events:
        if not isinstance(event, Delivery) or not trust.is_ours(event):
            others.append(event)
        else:
            # What cannot be kept comes again with the next beacon; it is in the log.
            trust.take(event, now)
            link.ack([event])
    return others
