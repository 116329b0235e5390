"""Both connections of a link on one I/O loop, from its start to its end.

A defect ends a session, never the link: the link reports what was open and begins another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pika.adapters.select_connection import (  # type: ignore[import-untyped] # no py.typed
    IOLoop,
)

from gateway.exchange.backoff import Backoff
from gateway.exchange.broker import Address, BrokerSettings
from gateway.exchange.rabbitmq.connection import LAST_ROUND_SECONDS
from gateway.exchange.rabbitmq.consumer import Consumer
from gateway.exchange.rabbitmq.publisher import Publisher

if TYPE_CHECKING:
    from gateway.exchange.rabbitmq.link import RabbitLink

_TICK_SECONDS = 0.5
_SILENT_TICKS = 9
"""Looks at a line on which nothing came: 4.5 s, in which two heartbeats were due. Looks are counted
and not seconds, for a process that was itself stopped has heard nothing either."""
_LATE_SECONDS = 0.25
"""A look that comes later than this after its time is not counted as silence."""
_FORCE_SECONDS = 2.0


class Session:
    """Both connections on one loop, from the link's start to its end (or a defect)."""

    def __init__(
        self,
        settings: BrokerSettings,
        link: RabbitLink,
        jitter: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self.loop = IOLoop()
        self.link = link
        self.settings = settings
        self.clock = clock
        self.closing = False
        self.jitter = jitter
        self._first = int(jitter() * len(settings.addresses)) % len(settings.addresses)
        self._ticked_at = clock()
        self._when_drained: Callable[[], None] | None = None
        self.publisher = Publisher(self)
        self.consumer = Consumer(self)

    def backoff(self) -> Backoff:
        return Backoff(random=self.jitter, most=self.settings.reconnect_longest)

    def addresses(self) -> tuple[Address, ...]:
        """The broker's nodes in the order in which both connections try them: parties spread."""
        known = self.settings.addresses
        return (*known[self._first :], *known[: self._first])

    def run(self, wanted: Sequence[str]) -> str:
        """Serve until closed; returns why it ended."""
        self.consumer.subscribe(wanted)
        self.publisher.connect()
        self.loop.call_later(_TICK_SECONDS, self._tick)
        try:
            self.loop.start()
        except Exception as error:  # noqa: BLE001 - whatever it was, messages must be reported
            return f"connection lost: {error!r}"
        finally:
            self._cut_off()
        return "stopped"

    def tell_state(self) -> None:
        """Work out how the link stands."""
        lines = [self.publisher, self.consumer] if self.consumer.wanted else [self.publisher]
        down = next((line.detail for line in lines if not line.ready), "")
        self.link.tell_state(
            up=not down and not self.closing,
            blocked=self.publisher.blocked,
            detail=down
            or self.publisher.block_reason
            or self.consumer.absent_words()
            or self.publisher.refused,
        )

    def drain(self, when_drained: Callable[[], None]) -> None:
        """Take no more deliveries; call ``when_drained`` as soon as all confirms are in."""
        self._when_drained = when_drained
        self.consumer.cancel()
        self.link.send_acks()
        self.check_drained()

    def check_drained(self) -> None:
        if self._when_drained is not None and self.publisher.is_idle:
            self._when_drained()

    def close(self) -> None:
        """Say goodbye on both connections, then end the loop; by force when that takes long."""
        if self.closing:
            return
        self.link.send_acks()
        self.closing = True
        self.publisher.disconnect()
        self.consumer.disconnect()
        self.loop.call_later(_FORCE_SECONDS, self.loop.stop)
        self.check_closed()

    def check_closed(self) -> None:
        if self.closing and self.publisher.is_closed and self.consumer.is_closed:
            self.loop.stop()

    def abandon(self, reason: str, orders: Sequence[Callable[[Session], None]]) -> None:
        """Report every message that nobody will answer for any more."""
        self.closing = True
        for order in orders:
            order(self)
        self.publisher.abandon(reason)

    def _tick(self) -> None:
        self.publisher.expire()
        now = self.clock()
        on_time = now - self._ticked_at <= _TICK_SECONDS + _LATE_SECONDS
        self._ticked_at = now
        for line in (self.publisher, self.consumer):
            line.listen(_SILENT_TICKS, on_time=on_time)
        self.loop.call_later(_TICK_SECONDS, self._tick)

    def _cut_off(self) -> None:
        """Let no socket outlive the loop."""
        self.closing = True
        if not (self.publisher.is_closed and self.consumer.is_closed):
            with contextlib.suppress(Exception):
                self.publisher.abort("the link ended")
                self.consumer.abort("the link ended")
                self.loop.call_later(LAST_ROUND_SECONDS, self.loop.stop)
                self.loop.start()
        self.loop.close()
