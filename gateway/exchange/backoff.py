"""How long to wait before the next try: full jitter, so that many clients do not come at once.

It does not wait.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

_MOST_DOUBLINGS = 16


class Backoff:
    """Random waits from 0 up to a bound that doubles with every failure (``first`` to ``most``)."""

    def __init__(
        self,
        *,
        random: Callable[[], float],
        first: timedelta = timedelta(milliseconds=100),
        most: timedelta = timedelta(seconds=30),
    ) -> None:
        self._random = random
        self._first = first
        self._most = most
        self._failures = 0

    def next(self) -> timedelta:
        """The wait after one more failure."""
        bound = full_jitter_bound(self._failures, first=self._first, most=self._most)
        self._failures += 1
        return bound * self._random()

    def reset(self) -> None:
        """It worked: begin at the shortest wait again."""
        self._failures = 0


def full_jitter_bound(failures: int, *, first: timedelta, most: timedelta) -> timedelta:
    """The upper bound of the wait after ``failures`` earlier failures."""
    doublings: int = 1 << min(failures, _MOST_DOUBLINGS)
    return min(most, first * doublings)
