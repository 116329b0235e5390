"""Looks how much waits in queues, on a connection of its own that is gone afterwards.

It reads no message. A party may look at its own mailboxes; of the rest it depends on the broker
(docs/spec/exchange.md 3.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pika.adapters.select_connection import (  # type: ignore[import-untyped] # no py.typed
    IOLoop,
    SelectConnection,
)

from gateway.exchange.broker import BrokerSettings
from gateway.exchange.errors import BrokerUnreachableError
from gateway.exchange.rabbitmq.connection import (
    LAST_ROUND_SECONDS,
    cut_stream,
    parameters_for,
    quiet_pika,
    words_of,
)
from gateway.exchange.refusals import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """What the broker says of one queue; ``absent`` tells why it says nothing."""

    name: str
    waiting: int
    """Messages that nobody was lent."""
    consumers: int
    absent: str = ""


def look_at_queues(
    settings: BrokerSettings,
    queues: Sequence[str],
    *,
    exchanges: Sequence[str] = (),
    timeout: timedelta,
) -> list[QueueDepth]:
    """The depth of each of ``queues``, in their order, from the first node that answers.

    One of ``exchanges`` that is not there comes with them as ``absent``.

    Raises the ``ExchangeError`` that says why the broker cannot be asked.
    """
    for address in settings.addresses[:-1]:
        with suppress(BrokerUnreachableError):
            return _Look(settings.at(address), queues, exchanges).run(timeout)
    return _Look(settings.at(settings.addresses[-1]), queues, exchanges).run(timeout)


class _Look:
    """One connection, and a channel for each queue: a refused look closes its channel."""

    def __init__(
        self, settings: BrokerSettings, queues: Sequence[str], exchanges: Sequence[str]
    ) -> None:
        self._settings = settings
        self._left = [*((name, False) for name in queues), *((name, True) for name in exchanges)]
        self._found: list[QueueDepth] = []
        self._failures: list[str] = []
        self._loop = IOLoop()
        self._connection: Any = None

    def run(self, timeout: timedelta) -> list[QueueDepth]:
        parameters = parameters_for(self._settings, "look")
        quiet_pika()
        self._connection = SelectConnection(
            parameters,
            on_open_callback=lambda _connection: self._open_channel(),
            on_open_error_callback=self._failed,
            on_close_callback=self._closed,
            custom_ioloop=self._loop,
        )
        self._loop.call_later(timeout.total_seconds(), self._late)
        try:
            self._loop.start()
            if not self._connection.is_closed:
                cut_stream(self._connection, "look ended")
                self._loop.call_later(LAST_ROUND_SECONDS, self._loop.stop)
                self._loop.start()
        finally:
            self._loop.close()
        if self._failures:
            raise explain(self._failures[0], self._settings)
        return self._found

    def _open_channel(self) -> None:
        if self._connection.is_open:
            self._connection.channel(on_open_callback=self._channel_open)

    def _channel_open(self, channel: Any) -> None:
        channel.add_on_close_callback(self._refused)
        self._next(channel)

    def _next(self, channel: Any) -> None:
        if not self._left:
            self._connection.close()
            return
        name, is_exchange = self._left[0]
        declare = channel.exchange_declare if is_exchange else channel.queue_declare
        declare(name, passive=True, callback=lambda frame: self._there(channel, frame))

    def _there(self, channel: Any, frame: Any) -> None:
        name, is_exchange = self._left.pop(0)
        if is_exchange:
            self._next(channel)
            return
        self._found.append(
            QueueDepth(
                name=name,
                waiting=int(frame.method.message_count),
                consumers=int(frame.method.consumer_count),
            )
        )
        self._next(channel)

    def _refused(self, _channel: Any, error: BaseException) -> None:
        if self._left and self._connection.is_open:
            why = words_of(error)
            name, _ = self._left.pop(0)
            self._found.append(QueueDepth(name=name, waiting=0, consumers=0, absent=why))
            self._open_channel()

    def _failed(self, _connection: Any, error: BaseException) -> None:
        self._failures.append(words_of(error))
        self._loop.stop()

    def _closed(self, _connection: Any, error: BaseException) -> None:
        if self._left:
            self._failures.append(words_of(error))
        self._loop.stop()

    def _late(self) -> None:
        self._failures.append("no answer in time")
        self._loop.stop()
