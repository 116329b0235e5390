"""Tells that messages wait: once when it begins, then now and then with how often it was so.

What waits comes again every second, message by message: a line each would bury all others. It
holds nothing itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.errors import GatewayError
from gateway.log import Logger
from keys import TrustError

_EVERY = timedelta(seconds=30)


class HoldingNews:
    """By reason: when it was told last, and how often it was so since."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._told_at: dict[str, datetime] = {}
        self._times: dict[str, int] = {}

    def tell(self, error: GatewayError | TrustError, now: datetime) -> None:
        """Something waits for ``error``: a line the first time, and one each half minute."""
        times = self._times[error.code] = self._times.get(error.code, 0) + 1
        told_at = self._told_at.get(error.code)
        if told_at is None or not timedelta(0) <= now - told_at < _EVERY:
            self._told_at[error.code], self._times[error.code] = now, 0
            self._log.error(
                "endpoint.holding", code=error.code, reason=str(error), times=max(times, 1)
            )
