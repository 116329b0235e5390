"""How long to wait for a receipt before a message goes again, from how long they take just now.

Where receipts take longer than the first wait, everything would go twice, and what goes twice makes
receipts take longer still: a busy exchange would do little but repeat itself. So the wait follows
what is observed, as a TCP sender's does (RFC 6298). It sends nothing and keeps no time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

_SHARE = 8
"""A new observation counts for one part in so many (RFC 6298, alpha)."""
_SPREAD_SHARE = 4
_SPREADS = 4
_MOST_KNOWN = 10_000
_MOST = 8
"""The longest first wait, in least ones: what is silently lost must not wait for ever."""


class Patience:
    """The first wait, never below ``least`` and never above eight times that."""

    def __init__(self, least: timedelta) -> None:
        self._least = least
        self._sent: dict[str, datetime] = {}
        self._smooth: timedelta | None = None
        self._spread = timedelta(0)

    @property
    def first(self) -> timedelta:
        """How long to wait for the receipt of what is sent now."""
        if self._smooth is None:
            return self._least
        wanted = self._smooth + _SPREADS * self._spread
        return min(max(wanted, self._least), _MOST * self._least)

    def sent(self, message_id: str, now: datetime) -> None:
        """It left; only its first time counts, so a repeat is never taken for a quick answer."""
        if len(self._sent) >= _MOST_KNOWN:
            self._sent.clear()  # of peers that are away; those that answer are soon known again
        self._sent.setdefault(message_id, now)

    def receipted(self, message_ids: Iterable[str], now: datetime) -> None:
        """The receiver's word on these is in."""
        for message_id in message_ids:
            sent = self._sent.pop(message_id, None)
            if sent is not None:
                self._observe(max(now - sent, timedelta(0)))

    def line_lost(self) -> None:
        """What was on its way tells nothing about a line that is new."""
        self._sent.clear()

    def _observe(self, took: timedelta) -> None:
        if self._smooth is None:
            self._smooth, self._spread = took, took / 2
            return
        self._spread += (abs(took - self._smooth) - self._spread) / _SPREAD_SHARE
        self._smooth += (took - self._smooth) / _SHARE
