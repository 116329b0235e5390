"""Where events wait between the threads that bring them and the one that takes them.

It sorts by lane and knows nothing of where events come from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Condition

from gateway.exchange.broker import Delivery, Event
from gateway.exchange.fairness import FairLane
from gateway.exchange.topology import lane_of
from gateway.ids import Lane

BULK_OCTETS = 64 * 1024
"""Bulk of so many octets at most is handed over at once, one message at least: what is taken
together is decided together, and an urgent message waits until it is."""
LOT_OCTETS = 1024 * 1024
"""The same for what is urgent or routine: a member may send its largest batches there, and opened
they take ten times their octets."""

_ROUTINE_PATIENCE = 4


class Arrivals:
    """A queue of events: outcomes and states first, then URGENT, ROUTINE and BULK deliveries.

    Within a lane the queues take turns; no lane keeps another out for ever. Bulk does not come
    together with something urgent, but is not kept back twice in a row.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._news: deque[Event] = deque()
        self._lanes: dict[Lane, FairLane] = {lane: FairLane() for lane in Lane}
        self._woken = False
        self._bulk_waited = False
        self._routine_waited = 0  # times in a row that urgent octets left no room for routine

    def put(self, event: Event) -> None:
        """Add one event; from any thread."""
        self.put_all((event,))

    def put_all(self, events: Iterable[Event]) -> None:
        """Add events in their order; from any thread."""
        with self._changed:
            for event in events:
                if isinstance(event, Delivery):
                    self._lanes[lane_of(event.queue)].put(event)
                else:
                    self._news.append(event)
            self._changed.notify()

    def forget(self, is_stale: Callable[[Delivery], bool]) -> None:
        """Drop deliveries that the broker has taken back; it will deliver them again."""
        with self._changed:
            for waiting in self._lanes.values():
                waiting.keep(lambda each: not is_stale(each))

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:
        """Wait for something (or ``wake``, or ``timeout``), then all there is up to ``limit``."""
        with self._changed:
            self._changed.wait_for(
                self._has_something, None if timeout is None else timeout.total_seconds()
            )
            self._woken = False
            taken: list[Event] = []
            while self._news and len(taken) < limit:
                taken.append(self._news.popleft())
            urgent, routine = self._lanes[Lane.URGENT], self._lanes[Lane.ROUTINE]
            bulk = self._lanes[Lane.BULK]
            keep_back = bool(urgent) and not self._bulk_waited
            # A lane that is never empty must not starve those below it: each keeps a place.
            places = int(bool(bulk) and not keep_back)
            left = _move(urgent, taken, limit=limit - places - bool(routine), octets=LOT_OCTETS)
            before = len(taken)
            left = max(left, int(self._routine_waited >= _ROUTINE_PATIENCE))
            _move(routine, taken, limit=limit - places, octets=left)
            passed_over = bool(routine) and len(taken) == before
            self._routine_waited = self._routine_waited + 1 if passed_over else 0
            self._bulk_waited = keep_back and bool(bulk)
            if not keep_back:
                _move(bulk, taken, limit=limit, octets=BULK_OCTETS)
            if not taken:  # a caller who takes one at a time gets the most urgent
                _move(next(filter(None, self._lanes.values()), bulk), taken, limit=1, octets=1)
            return taken

    @property
    def waiting(self) -> bool:
        """Whether there is something to take now; without the lock, so only a moment's truth."""
        return bool(self._news) or any(self._lanes.values())

    def wake(self) -> None:
        """End the ``take`` that waits, or the next one, early."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def _has_something(self) -> bool:
        return self._woken or bool(self._news) or any(self._lanes.values())


def _move(waiting: FairLane, taken: list[Event], *, limit: int, octets: int) -> int:
    """Take while ``octets`` last; returns how many are left."""
    while waiting and len(taken) < limit and octets > 0:
        delivery = waiting.pop()
        octets -= len(delivery.body)
        taken.append(delivery)
    return octets
