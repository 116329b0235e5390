"""Deliveries of one lane, taken in turn from each queue: who sends much does not come first.

It knows nothing of parties: at the relay a queue is a party's ingress.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from gateway.exchange.broker import Delivery

QUANTUM_OCTETS = 64 * 1024
"""What each queue may take a round before others with less had theirs (deficit round robin,
Shreedhar and Varghese 1995): who sends 8 MiB messages waits for those who send small ones."""


class FairLane:
    """One message from each queue in turn, as long as it has credit; credit is counted in octets.

    What comes into an empty queue waits for at most one message of each other queue.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Delivery]] = {}
        self._turns: deque[str] = deque()
        self._credit: dict[str, int] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, delivery: Delivery) -> None:
        """Add one at the end of its queue."""
        waiting = self._queues.get(delivery.queue)
        if waiting is None:
            waiting = self._queues[delivery.queue] = deque()
            self._turns.append(delivery.queue)
            self._credit[delivery.queue] = QUANTUM_OCTETS
        waiting.append(delivery)
        self._size += 1

    def pop(self) -> Delivery:
        """The next one; IndexError when there is none."""
        if not self._size:
            raise IndexError("nothing waits")
        while True:
            for _ in range(len(self._turns)):
                name = self._turns[0]
                self._turns.rotate(-1)
                if self._credit[name] > 0:
                    return self._take(name)
            # At once as many rounds as the first needs: a giant message costs no hundred loops.
            most = max(self._credit.values())
            rounds = -(most - 1) // QUANTUM_OCTETS + 1
            for name in self._credit:
                self._credit[name] = min(
                    self._credit[name] + rounds * QUANTUM_OCTETS, QUANTUM_OCTETS
                )

    def keep(self, wanted: Callable[[Delivery], bool]) -> None:
        """Drop all but ``wanted``."""
        left = [each for waiting in self._queues.values() for each in waiting if wanted(each)]
        self._queues, self._turns, self._credit, self._size = {}, deque(), {}, 0
        for each in left:
            self.put(each)

    def _take(self, name: str) -> Delivery:
        waiting = self._queues[name]
        delivery = waiting.popleft()
        self._credit[name] -= max(len(delivery.body), 1)
        self._size -= 1
        if not waiting:
            del self._queues[name], self._credit[name]
            self._turns.remove(name)
        return delivery
