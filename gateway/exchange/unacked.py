"""What the broker has lent us on one channel, and the fewest words to give it back.

It sends nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


class Unacked:
    """Delivery tags of one channel in the order of arrival.

    One ``ack multiple`` covers an unbroken run from the oldest on; it was measured to be worth
    two to three times the rate of single ones (5.6).
    """

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._lent: set[int] = set()

    def __len__(self) -> int:
        return len(self._lent)

    def lent(self, tag: int) -> None:
        """A delivery has come; tags only grow."""
        self._order.append(tag)
        self._lent.add(tag)

    def given_back(self, tag: int) -> bool:
        """``tag`` is rejected; False when it is not ours to reject (any more)."""
        if tag not in self._lent:
            return False
        self._lent.discard(tag)
        return True

    def done(self, tags: Iterable[int]) -> list[tuple[int, bool]]:
        """Acknowledge ``tags``: a list of (tag, multiple) to send. Unknown tags are passed over."""
        fresh = {tag for tag in tags if tag in self._lent}
        run_end = 0
        while self._order and (self._order[0] in fresh or self._order[0] not in self._lent):
            tag = self._order.popleft()
            if tag in fresh:
                run_end = tag
        self._lent -= fresh
        commands = [(run_end, True)] if run_end else []
        return commands + [(tag, False) for tag in sorted(fresh) if tag > run_end]
