"""What one channel has published and the broker has not yet answered for.

It holds no channel and no clock: numbers, tokens and instants come in, tokens go out.
"""

from __future__ import annotations

from collections import OrderedDict


class Unsettled:
    """Delivery tags of one channel, in the order of sending, with token and instant (seconds)."""

    def __init__(self) -> None:
        self._sent: OrderedDict[int, tuple[str, float]] = OrderedDict()
        self._returned: set[int] = set()
        self._next = 1

    def __len__(self) -> int:
        return len(self._sent)

    def sent(self, token: str, now: float) -> int:
        """Note a publish; returns its delivery tag (they count from 1 on each channel)."""
        tag = self._next
        self._next += 1
        self._sent[tag] = (token, now)
        return tag

    def returned(self, tag: int) -> str | None:
        """The broker gave ``tag`` back; the ack that follows does not count. Its token, once."""
        entry = self._sent.get(tag)
        if entry is None or tag in self._returned:
            return None
        self._returned.add(tag)
        return entry[0]

    def settle(self, tag: int, *, multiple: bool) -> list[str]:
        """The broker answered for ``tag`` (and all before it); tokens not already returned."""
        if not multiple:
            entry = self._sent.pop(tag, None)
            return [] if entry is None else self._unless_returned(tag, entry[0])
        tokens: list[str] = []
        while self._sent and next(iter(self._sent)) <= tag:
            number, (token, _) = self._sent.popitem(last=False)
            tokens += self._unless_returned(number, token)
        return tokens

    def overdue(self, before: float) -> list[str]:
        """Forget what was sent up to ``before``; its tokens."""
        tokens: list[str] = []
        while self._sent and next(iter(self._sent.values()))[1] <= before:
            number, (token, _) = self._sent.popitem(last=False)
            tokens += self._unless_returned(number, token)
        return tokens

    def abandon(self) -> list[str]:
        """The channel is gone; the tokens of all that was open."""
        tokens = [token for tag, (token, _) in self._sent.items() if tag not in self._returned]
        self._sent.clear()
        self._returned.clear()
        return tokens

    def _unless_returned(self, tag: int, token: str) -> list[str]:
        if tag in self._returned:
            self._returned.discard(tag)
            return []
        return [token]
