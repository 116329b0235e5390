"""The connection that publishes: windowed confirms, and exactly one outcome a token.

It resends nothing: what was not confirmed is reported.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pika  # type: ignore[import-untyped] # pika ships no py.typed
from pika.exceptions import ChannelClosedByBroker  # type: ignore[import-untyped] # as above

from gateway.exchange.broker import REFUSED_BY_QUEUE, RETURNED, Confirmed, Unconfirmed
from gateway.exchange.confirms import Unsettled
from gateway.exchange.rabbitmq.connection import words_of
from gateway.exchange.rabbitmq.line import NEW_CHANNEL_SECONDS, Line
from gateway.exchange.topology import MAX_MESSAGE_OCTETS, lane_of
from gateway.ids import Lane

if TYPE_CHECKING:
    from gateway.exchange.rabbitmq.session import Session

_PERSISTENT = 2
_LEAST_URGENT_EVERY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    token: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str]
    since: float

    @property
    def lane(self) -> Lane:
        return lane_of(self.routing_key or self.exchange)


class _OutChannel:
    """A channel in confirm mode and what it has sent."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self.unsettled = Unsettled()


class Publisher(Line):
    """Sends what waits, at most ``window`` unanswered; every token gets exactly one outcome."""

    purpose = "publish"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.blocked = False
        self.block_reason = ""
        self.refused = ""
        """Why the broker refuses what is published, until it takes something again."""
        self._waiting: dict[Lane, deque[Parcel]] = {lane: deque() for lane in Lane}
        self._current: _OutChannel | None = None
        self._retiring: list[_OutChannel] = []
        self._renewing = False
        self._renewed_at = float("-inf")
        self._turn = 0

    @property
    def is_idle(self) -> bool:
        return not any(self._waiting.values()) and not any(
            len(each.unsettled) for each in self._channels()
        )

    def accept(self, parcel: Parcel) -> None:
        if len(parcel.body) > MAX_MESSAGE_OCTETS:
            # The broker would close the channel over it, and take the innocent along.
            self._unconfirmed([parcel.token], f"refused: over {MAX_MESSAGE_OCTETS} octets")
            return
        self._waiting[parcel.lane].append(parcel)

    def pump(self) -> None:
        """Send as much as the window lets."""
        current = self._current
        if current is None or self.blocked or not current.channel.is_open:
            return
        window = self.session.settings.window
        with self.connection.together():
            while len(current.unsettled) < window:
                lanes = [waiting for waiting in self._waiting.values() if waiting]
                if not lanes:
                    return
                self._turn += 1
                # Now and then the least urgent: what is always there must not starve the rest.
                last = self._turn % _LEAST_URGENT_EVERY == 0
                self._send(current, lanes[-1 if last else 0].popleft())

    def expire(self) -> None:
        """Report what waited longer than the deadline; a broker that is silent is cut off."""
        limit = self.session.clock() - self.session.settings.confirm_deadline.total_seconds()
        for waiting in self._waiting.values():
            while waiting and waiting[0].since <= limit:
                self._unconfirmed([waiting.popleft().token], f"deadline: not sent, {self._why()}")
        silent = [each.unsettled.overdue(limit) for each in self._channels()]
        for tokens in silent:
            self._unconfirmed(tokens, "deadline: no confirm")
        # A blocked broker has said that it will not answer for a while; it is not dead.
        if any(silent) and not self.blocked:
            # What comes from now on waits for the next connection.
            self._retiring, self._current = self._channels(), None
            self.abort("no confirm within the deadline")
        self._close_retired()
        self.session.check_drained()

    def abandon(self, reason: str) -> None:
        for waiting in self._waiting.values():
            self._unconfirmed([parcel.token for parcel in waiting], reason)
            waiting.clear()
        self.lost(reason)

    def opened(self) -> None:
        self.connection.add_on_connection_blocked_callback(self._on_blocked)
        self.connection.add_on_connection_unblocked_callback(self._on_unblocked)
        self._open_channel()

    def lost(self, detail: str) -> None:
        self.blocked = False
        self.block_reason = self.refused = ""
        reason = detail if detail.startswith("stopped") else f"connection lost: {detail}"
        for each in self._channels():
            self._unconfirmed(each.unsettled.abandon(), reason)
        self._current = None
        self._retiring = []
        self._renewing = False

    def _channels(self) -> list[_OutChannel]:
        return [*self._retiring, *([self._current] if self._current else [])]

    def _why(self) -> str:
        return self.block_reason or self.detail or "the window is full"

    def _send(self, current: _OutChannel, parcel: Parcel) -> None:
        tag = current.unsettled.sent(parcel.token, self.session.clock())
        properties = pika.BasicProperties(
            delivery_mode=_PERSISTENT,
            # A returned message carries no delivery tag; this is how we know it.
            message_id=str(tag),
            headers=dict(parcel.headers) or None,
        )
        current.channel.basic_publish(
            parcel.exchange, parcel.routing_key, parcel.body, properties, mandatory=True
        )

    def _open_channel(self) -> None:
        if self.connection is None or not self.connection.is_open:
            return
        self._renewing = True
        self.connection.channel(on_open_callback=self._on_channel_open)

    def _on_channel_open(self, channel: Any) -> None:
        fresh = _OutChannel(channel)
        channel.add_on_close_callback(partial(self._on_channel_closed, fresh))
        channel.add_on_return_callback(partial(self._on_returned, fresh))
        channel.confirm_delivery(
            ack_nack_callback=partial(self._on_answer, fresh),
            callback=lambda _frame: self._on_channel_ready(fresh),
        )

    def _on_channel_ready(self, fresh: _OutChannel) -> None:
        if self._current is not None:
            self._retiring.append(self._current)
        self._current = fresh
        self._renewing = False
        self._renewed_at = self.session.clock()
        self._close_retired()
        self.is_well()
        self.pump()

    def _on_channel_closed(self, gone: _OutChannel, _channel: Any, error: BaseException) -> None:
        by_broker = isinstance(error, ChannelClosedByBroker)
        reason = f"{'refused' if by_broker else 'connection lost'}: {words_of(error)}"
        self._unconfirmed(gone.unsettled.abandon(), reason)
        if by_broker:
            self._is_refused(f"the broker refuses what is sent: {words_of(error)}")
        if gone in self._retiring:
            self._retiring.remove(gone)
        if gone is self._current:
            self._current = None
            self._renewing = True
            self.session.loop.call_later(NEW_CHANNEL_SECONDS, self._open_channel)
        self.session.check_drained()

    def _on_answer(self, channel: _OutChannel, frame: Any) -> None:
        tokens = channel.unsettled.settle(
            frame.method.delivery_tag, multiple=bool(frame.method.multiple)
        )
        if isinstance(frame.method, pika.spec.Basic.Ack):
            self.session.link.tell([Confirmed(token=token) for token in tokens])
            self._is_refused("")
        else:
            self._unconfirmed(tokens, REFUSED_BY_QUEUE)
            self._renew()
        self.pump()
        self.session.check_drained()

    def _on_returned(
        self, channel: _OutChannel, _channel: Any, method: Any, properties: Any, _body: bytes
    ) -> None:
        token = channel.unsettled.returned(int(properties.message_id))
        if token is not None:
            self._unconfirmed([token], f"{RETURNED}: {method.reply_text}")
        self._renew()

    def _is_refused(self, why: str) -> None:
        if why != self.refused:
            self.refused = why
            self.session.tell_state()

    def _renew(self) -> None:
        """After a nack or return: a new channel, for a channel can keep refusing for ever (5.5).

        The old one goes on until then: only one queue is concerned, and the others must not wait.
        """
        if self._renewing or self.session.closing:
            return
        self._renewing = True
        wait = self._renewed_at + NEW_CHANNEL_SECONDS - self.session.clock()
        self.session.loop.call_later(max(0.0, wait), self._open_channel)

    def _close_retired(self) -> None:
        for each in list(self._retiring):
            if not len(each.unsettled) and each.channel.is_open:
                self._retiring.remove(each)
                each.channel.close()

    def _on_blocked(self, _connection: Any, frame: Any) -> None:
        self.blocked = True
        self.block_reason = f"the broker takes nothing: {frame.method.reason}"
        self.session.tell_state()

    def _on_unblocked(self, _connection: Any, _frame: Any) -> None:
        self.blocked = False
        self.block_reason = ""
        self.session.tell_state()
        self.pump()

    def _unconfirmed(self, tokens: Sequence[str], reason: str) -> None:
        self.session.link.tell([Unconfirmed(token=token, reason=reason) for token in tokens])
