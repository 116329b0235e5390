"""Where a process can end: every step between two effects has a name, and a fuse burns at it.

It ends no process itself; who catches ``CrashError`` does.
"""

from __future__ import annotations

from enum import StrEnum


class Point(StrEnum):
    """A step between two effects of the walk (1-architecture: take, open, accept, commit, ack)."""

    TAKEN = "taken"
    BEGIN = "begin"
    HANDLED = "handled"
    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"
    BEFORE_PUBLISH = "before-publish"
    AFTER_PUBLISH = "after-publish"
    BEFORE_ACK = "before-ack"
    AFTER_ACK = "after-ack"


RELAY_POINTS = (
    Point.TAKEN,
    Point.BEFORE_PUBLISH,
    Point.AFTER_PUBLISH,
    Point.BEFORE_ACK,
    Point.AFTER_ACK,
)


class CrashError(BaseException):
    """The process ended here; nothing after it happened. No handler of errors may catch it."""


class Fuse:
    """Burns once, the ``nth`` time that its point is passed."""

    def __init__(self) -> None:
        self._left: dict[Point, int] = {}
        self.burnt = 0

    def arm(self, point: Point, nth: int) -> None:
        """The process is to end the ``nth`` time (from 1) that it passes ``point``."""
        self._left[point] = nth

    def disarm(self) -> None:
        """What has not happened does not happen any more."""
        self._left.clear()

    def at(self, point: Point) -> None:
        """The process passes ``point``. Raises ``CrashError``."""
        left = self._left.get(point)
        if left is None:
            return
        if left > 1:
            self._left[point] = left - 1
            return
        del self._left[point]
        self.burnt += 1
        raise CrashError(point.value)
