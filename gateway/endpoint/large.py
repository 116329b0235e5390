"""What is large is read beside the walk: the messages of others do not wait until it is.

Checking 4 MB by the schema takes from a tenth of a second to several, of which the interpreter is
needed for little. One message at a time is read on a thread; senders take turns; what came after
it from the same sender into the same mailbox waits behind it, so that their order stays. It opens
no envelope and decides nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from gateway.endpoint.arrivals import Arrival, Opening, read
from gateway.envelope import peek_header
from gateway.exchange import Delivery, dead_queue

LARGE_OCTETS = 512 * 1024
"""What is smaller is checked within some 30 ms; a node's own batches are of 250 items."""

Submit = Callable[[Callable[[], Arrival]], Future[Arrival]]
_Whose = tuple[str, str]  # the queue, and the sender by an unproven header: it chooses a turn only


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    delivery: Delivery
    version: int
    result: Future[Arrival]


class Large:
    """Large deliveries and their followers, from when they come until they are decided."""

    def __init__(self, wake: Callable[[], None], submit: Submit | None = None) -> None:
        """``wake`` is called from the thread when something has been read."""
        self._wake = wake
        self._submit = submit or _Thread().submit
        self._queues: dict[_Whose, deque[Delivery]] = {}
        self._work: _Work | None = None

    def keeps(self, delivery: Delivery) -> bool:
        """Takes in what is large and what has to stay behind it; tells whether it did."""
        is_large = _is_large(delivery)
        if not is_large and not self._queues:
            return False
        whose = _whose(delivery)
        if not is_large and whose not in self._queues:
            return False
        self._queues.setdefault(whose, deque()).append(delivery)
        return True

    def next(self) -> Delivery | None:
        """Whose turn it is, if nothing is being read."""
        if self._work is not None or not self._queues:
            return None
        return next(iter(self._queues.values()))[0]

    def read(self, opening: Opening, delivery: Delivery, version: int) -> None:
        """Reads on the thread what was opened under this version of the directory."""
        result = self._submit(lambda: read(opening))
        self._work = _Work(delivery=delivery, version=version, result=result)
        result.add_done_callback(lambda _: self._wake())

    def done(self) -> tuple[Arrival, int] | None:
        """What has been read, once, and the version of the directory under which it was opened."""
        if self._work is None or not self._work.result.done():
            return None
        work, self._work = self._work, None
        return work.result.result(), work.version

    def let_pass(self, delivery: Delivery) -> Sequence[Delivery]:
        """Ends the turn of ``delivery``; what waited behind it, up to the next large one."""
        whose = _whose(delivery)
        waiting = self._queues.pop(whose)
        waiting.popleft()
        free: list[Delivery] = []
        while waiting and not _is_large(waiting[0]):
            free.append(waiting.popleft())
        if waiting:
            self._queues[whose] = waiting  # its next turn is the last
        return free

    def forget(self) -> list[Delivery]:
        """Drops everything, and what is being read; gives the deliveries."""
        everything = [each for waiting in self._queues.values() for each in waiting]
        self._queues, self._work = {}, None
        return everything


class _Thread:
    """Started with the first large message: most processes never get one."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, work: Callable[[], Arrival]) -> Future[Arrival]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large")
        return self._pool.submit(work)


def lots(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """What is committed together: small ones first, each large one by itself.

    What came behind a large one from the same sender stays behind it.
    """
    first: list[Arrival] = []
    rest: list[list[Arrival]] = []
    behind: set[str] = set()
    for arrival in arrivals:
        sender = None if arrival.header is None or not arrival.relayed else arrival.header.sender
        if len(arrival.octets) >= LARGE_OCTETS:
            rest.append([arrival])
            behind |= {sender} if sender else set()
        elif sender not in behind:
            first.append(arrival)
        elif len(rest[-1][0].octets) < LARGE_OCTETS:
            rest[-1].append(arrival)
        else:
            rest.append([arrival])
    return [lot for lot in (first, *rest) if lot]


def _is_large(delivery: Delivery) -> bool:
    # What the relay refused is not read: it is only kept.
    return len(delivery.body) >= LARGE_OCTETS and delivery.queue != dead_queue()


def _whose(delivery: Delivery) -> _Whose:
    claimed = peek_header(delivery.body)
    return delivery.queue, "" if claimed is None else claimed.sender
